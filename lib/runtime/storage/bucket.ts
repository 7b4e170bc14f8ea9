import {
  checkKey,
  type HttpMetadata,
  type ObjectHead,
  type ObjectStore,
  StorageError,
} from "./object_store.ts";
import { MAX_EXPIRY, metadataHeaders, type Presigner } from "./presign.ts";

/** Metadata with the object's size in bytes. */
export interface StorageObjectMetadata extends HttpMetadata {
  size: number;
}

export interface ListOptions {
  limit?: number;
  prefix?: string;
  cursor?: string;
  delimiter?: string;
}

export interface ListResult {
  files: { path: string; size: number; uploadedAt: Date }[];
  hasMore: boolean;
  cursor?: string;
  delimitedPrefixes: string[];
}

/** One bucket (contract section 6.2). */
export interface BucketClient {
  put(path: string, file: ArrayBuffer | ArrayBufferView, options?: HttpMetadata): Promise<void>;
  get(path: string): Promise<{ body: ArrayBuffer; metadata: StorageObjectMetadata } | null>;
  head(path: string): Promise<StorageObjectMetadata | null>;
  list(options?: ListOptions): Promise<ListResult>;
  delete(paths: string | readonly string[]): Promise<void>;
  createPresignedPutUrl(path: string, expiresInSecs?: number, options?: HttpMetadata): Promise<{
    uploadUrl: string;
    expiresAt: Date;
    requiredHeaders: Record<string, string>;
  }>;
  createPresignedGetUrl(
    path: string,
    expiresInSecs?: number,
  ): Promise<{ downloadUrl: string; expiresAt: Date }>;
}

/** Contract section 6.2. */
const MAX_PAGE = 1000;
/** Seconds; as in the contract's examples. */
const DEFAULT_EXPIRY = 3600;

export function createBucketClient(
  bucket: string,
  { store, presigner, origin }: { store: ObjectStore; presigner: Presigner; origin: string },
): BucketClient {
  const presign = async (
    method: "GET" | "PUT",
    path: string,
    seconds: number,
    headers: Record<string, string>,
  ) => {
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_EXPIRY) {
      throw new StorageError(
        "OPTION_INVALID",
        `\`expiresInSecs\` must be a whole number from 1 to ${MAX_EXPIRY}`,
      );
    }
    const signed = new Date(Math.floor(Date.now() / 1000) * 1000);
    const grant = { method, bucket, key: checkKey(path), signed, seconds, headers };
    const url = await presigner.sign(grant);
    return { url: origin + url, expiresAt: new Date(signed.getTime() + seconds * 1000) };
  };
  return {
    async put(path, file, options) {
      await store.put(bucket, checkKey(path), bytesOf(file), httpMetadata(options));
    },
    async get(path) {
      const object = await store.open(bucket, checkKey(path));
      return object && { body: (await object.bytes()).buffer, metadata: flat(object) };
    },
    async head(path) {
      const object = await store.head(bucket, checkKey(path));
      return object && flat(object);
    },
    async list(options) {
      const { limit = MAX_PAGE, prefix = "", cursor, delimiter } = options ?? {};
      if (!Number.isInteger(limit) || limit < 1) {
        throw new StorageError("OPTION_INVALID", "`limit` must be a whole number from 1 to 1000");
      }
      const page = await store.list(bucket, {
        prefix,
        delimiter: delimiter || null,
        after: cursor === undefined ? null : fromCursor(cursor),
        limit: Math.min(limit, MAX_PAGE),
      });
      return {
        files: page.objects.map(({ key, size, uploadedAt }) => ({ path: key, size, uploadedAt })),
        hasMore: page.next !== null,
        ...(page.next !== null && { cursor: toCursor(page.next) }),
        delimitedPrefixes: page.prefixes,
      };
    },
    async delete(paths) {
      const all = typeof paths === "string" ? [paths] : paths;
      if (!Array.isArray(all)) {
        throw new StorageError("PATH_INVALID", "`delete` takes a path or an array of paths");
      }
      await store.delete(bucket, all.map(checkKey));
    },
    async createPresignedPutUrl(path, expiresInSecs = DEFAULT_EXPIRY, options) {
      const headers = metadataHeaders(httpMetadata(options));
      const { url, expiresAt } = await presign("PUT", path, expiresInSecs, headers);
      return { uploadUrl: url, expiresAt, requiredHeaders: headers };
    },
    async createPresignedGetUrl(path, expiresInSecs = DEFAULT_EXPIRY) {
      const { url, expiresAt } = await presign("GET", path, expiresInSecs, {});
      return { downloadUrl: url, expiresAt };
    },
  };
}

function bytesOf(file: unknown): Uint8Array {
  if (file instanceof ArrayBuffer) return new Uint8Array(file);
  if (ArrayBuffer.isView(file)) {
    return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  }
  throw new StorageError("BODY_INVALID", "`put` takes an ArrayBuffer or a view of one");
}

function httpMetadata(options: HttpMetadata | null | undefined): HttpMetadata {
  const { contentType, contentDisposition, contentEncoding, cacheControl } = options ?? {};
  const given = Object.entries({ contentType, contentDisposition, contentEncoding, cacheControl })
    .filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    // deno-lint-ignore no-control-regex -- these are what a header must not hold
    if (typeof value !== "string" || /[\x00-\x1f\x7f]|[^\x00-\xff]/.test(value)) {
      throw new StorageError("OPTION_INVALID", `\`${name}\` must be text that fits in a header`);
    }
  }
  return Object.fromEntries(given);
}

function flat(object: ObjectHead): StorageObjectMetadata {
  return { ...object.metadata, size: object.size };
}

function toCursor(key: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(key)));
}

function fromCursor(cursor: string): string {
  try {
    const bytes = Uint8Array.from(atob(cursor), (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  } catch {
    throw new StorageError("OPTION_INVALID", "`cursor` must come from an earlier `list`");
  }
}
