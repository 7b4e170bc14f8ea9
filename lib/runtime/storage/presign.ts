import { AwsV4Signer } from "aws4fetch";
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
  /** When it was signed; whole seconds. */
  signed: Date;
  /** Seconds from then on. */
  seconds: number;
  /** Headers that a PUT must send with exactly these values; lower-case names. */
  headers: Record<string, string>;
}

/** Signs grants into URLs and reads them back. */
export interface Presigner {
  /** The path and query that carry a grant. */
  sign(grant: Grant): Promise<string>;
  /**
   * The grant of a request; null when the signature does not fit what was sent: method, path, query
   * and the signed headers. Expiry is the caller's to check.
   */
  verify(request: { method: string; url: URL; headers: Headers }): Promise<Grant | null>;
}

/** Signed in place of the app's own host, so that a URL holds behind every proxy and domain of the app. */
const ORIGIN = "https://storage.edgespark.internal";
const ACCESS_KEY = "edgespark";

/**
 * Grants travel as S3's presigned URLs (AWS Signature Version 4 in the query, signed by aws4fetch),
 * below `/api/_es/storage/<bucket>/<key>`.
 *
 * @param secret the presign key of the environment.
 */
export function createPresigner(secret: string): Presigner {
  // Keys derived from the secret, by day.
  const cache = new Map<string, ArrayBuffer>();
  const signed = async (grant: Grant) => {
    const signer = new AwsV4Signer({
      method: grant.method,
      url: unsigned(grant),
      headers: grant.headers,
      accessKeyId: ACCESS_KEY,
      secretAccessKey: secret,
      service: "s3",
      region: "auto",
      signQuery: true,
      // Else content-type would be left out.
      allHeaders: true,
      datetime: awsTime(grant.signed),
      cache,
    });
    return (await signer.sign()).url;
  };
  return {
    async sign(grant) {
      const { pathname, search } = await signed(grant);
      return pathname + search;
    },
    async verify(request) {
      const grant = read(request);
      if (!grant) return null;
      const { pathname, search } = await signed(grant);
      return isSame(pathname + search, request.url.pathname + request.url.search) ? grant : null;
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

function unsigned({ bucket, key, seconds }: Grant): string {
  const segments = key.split("/");
  const url = new URL(`${STORAGE_PATH}/${bucket}`, ORIGIN);
  // URLs resolve segments of dots, so keys that have some travel in the query.
  if (segments.some((segment) => /^\.{1,2}$/.test(segment))) url.searchParams.set("key", key);
  else url.pathname += `/${segments.map(encodeURIComponent).join("/")}`;
  url.searchParams.set("X-Amz-Expires", String(seconds));
  return url.href;
}

function read({ method, url, headers }: Parameters<Presigner["verify"]>[0]): Grant | null {
  const [bucket, ...segments] = url.pathname.slice(STORAGE_PATH.length + 1).split("/");
  const query = url.searchParams;
  const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "");
  const seconds = query.get("X-Amz-Expires") ?? "";
  if (!bucket || (method !== "GET" && method !== "PUT") || !time) return null;
  if (!/^[1-9]\d{0,5}$/.test(seconds) || Number(seconds) > MAX_EXPIRY) return null;
  const [year, month, ...rest] = time.slice(1).map(Number);
  const signed = new Date(Date.UTC(year!, month! - 1, ...rest));
  const names = (query.get("X-Amz-SignedHeaders") ?? "").split(";").filter((it) => it !== "host");
  const sent = names.map((name) => [name, /^[a-z-]+$/.test(name) ? headers.get(name) : null]);
  if (sent.some(([, value]) => value === null)) return null;
  try {
    const key = query.get("key") ?? segments.map(decodeURIComponent).join("/");
    return {
      method,
      bucket,
      key,
      signed,
      seconds: Number(seconds),
      headers: Object.fromEntries(sent),
    };
  } catch {
    return null;
  }
}

function awsTime(date: Date): string {
  return date.toISOString().replace(/[:-]|\.\d{3}/g, "");
}

/** Takes as long for a nearly right text as for a wrong one. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [new TextEncoder().encode(one), new TextEncoder().encode(other)];
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= a[at]! ^ (b[at] ?? 0);
  return difference === 0;
}
