import type { HttpMetadata } from "./object_store.ts";

/** The platform's path for presigned requests (decision 17). */
export const STORAGE_PATH = "/api/_es/storage";

/** Seconds; S3 allows no more than a week either. */
export const MAX_EXPIRY = 7 * 24 * 3600;

/** What a presigned URL allows. */
export interface Grant {
  method: "GET" | "PUT";
  bucket: string;
  key: string;
  /** Seconds since the epoch. */
  expires: number;
  /** Headers that a PUT must send with exactly these values; lower-case names. */
  headers: Record<string, string>;
}

/** Signs grants into URLs and reads them back. */
export interface Presigner {
  /** The path and query that carry a grant. */
  sign(grant: Grant): Promise<string>;
  /** The grant of a URL; null when the signature does not fit. Expiry is the caller's to check. */
  verify(url: URL): Promise<Grant | null>;
}

/**
 * Grants travel as `/api/_es/storage/<bucket>/<key>?method&expires&headers&signature`; the signature
 * is an HMAC-SHA256 over all the others.
 *
 * @param secret the presign key of the environment.
 */
export function createPresigner(secret: string): Presigner {
  const key = crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );
  return {
    async sign(grant) {
      const segments = grant.key.split("/");
      const query = new URLSearchParams({ method: grant.method, expires: String(grant.expires) });
      let path = `${STORAGE_PATH}/${grant.bucket}`;
      // URLs resolve segments of dots, so keys that have some travel in the query.
      if (segments.some((segment) => /^\.{1,2}$/.test(segment))) query.set("key", grant.key);
      else path += `/${segments.map(encodeURIComponent).join("/")}`;
      if (Object.keys(grant.headers).length > 0) {
        query.set("headers", JSON.stringify(grant.headers));
      }
      const signature = await crypto.subtle.sign("HMAC", await key, canonical(grant));
      query.set("signature", hex(new Uint8Array(signature)));
      return `${path}?${query}`;
    },
    async verify(url) {
      const grant = read(url);
      const signature = unhex(url.searchParams.get("signature") ?? "");
      if (!grant || !signature) return null;
      return await crypto.subtle.verify("HMAC", await key, signature, canonical(grant))
        ? grant
        : null;
    },
  };
}

/** The headers that a presigned PUT must send for its metadata. */
export function metadataHeaders(metadata: HttpMetadata): Record<string, string> {
  const headers = {
    "content-type": metadata.contentType,
    "content-disposition": metadata.contentDisposition,
    "content-encoding": metadata.contentEncoding,
    "cache-control": metadata.cacheControl,
  };
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function canonical(grant: Grant): Uint8Array<ArrayBuffer> {
  const headers = Object.entries(grant.headers).sort(([a], [b]) => a < b ? -1 : 1);
  return new TextEncoder().encode(
    JSON.stringify(["v1", grant.method, grant.bucket, grant.key, grant.expires, headers]),
  );
}

function read(url: URL): Grant | null {
  const [bucket, ...segments] = url.pathname.slice(STORAGE_PATH.length + 1).split("/");
  const method = url.searchParams.get("method");
  const expires = url.searchParams.get("expires") ?? "";
  if (!bucket || (method !== "GET" && method !== "PUT")) return null;
  if (!/^\d{1,12}$/.test(expires)) return null;
  try {
    const key = url.searchParams.get("key") ?? segments.map(decodeURIComponent).join("/");
    const headers = JSON.parse(url.searchParams.get("headers") ?? "{}") as Record<string, string>;
    return { method, bucket, key, expires: Number(expires), headers };
  } catch {
    return null;
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unhex(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[0-9a-f]{64}$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
