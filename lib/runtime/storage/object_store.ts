/** What travels with an object (contract section 6.2). */
export interface HttpMetadata {
  contentType?: string;
  contentDisposition?: string;
  contentEncoding?: string;
  cacheControl?: string;
}

/** An object without its bytes. */
export interface ObjectHead {
  key: string;
  /** Bytes. */
  size: number;
  uploadedAt: Date;
  metadata: HttpMetadata;
  /** Names these bytes: others have another one. Without quotes. */
  etag: string;
}

/** An object whose bytes have not been read yet: take one of the two, or `cancel`. */
export interface OpenObject extends ObjectHead {
  /** @param range only the bytes from `start` up to before `end`. */
  stream(range?: { start: number; end: number }): ReadableStream<Uint8Array<ArrayBuffer>>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  cancel(): void;
}

/** One page of keys in the order of their UTF-8 bytes, as R2 has them. */
export interface ObjectPage {
  objects: { key: string; size: number; uploadedAt: Date }[];
  /** With a delimiter: the prefixes that stand for the keys that they begin. */
  prefixes: string[];
  /** Where the next page starts; null at the end. */
  next: string | null;
}

/** Where objects lie. Buckets and keys are checked before (`checkKey`). */
export interface ObjectStore {
  /** Whole or not at all; replaces an object of the same key. */
  put(
    bucket: string,
    key: string,
    body: Uint8Array | ReadableStream<Uint8Array>,
    metadata: HttpMetadata,
  ): Promise<void>;
  open(bucket: string, key: string): Promise<OpenObject | null>;
  head(bucket: string, key: string): Promise<ObjectHead | null>;
  list(
    bucket: string,
    options: { prefix: string; delimiter: string | null; after: string | null; limit: number },
  ): Promise<ObjectPage>;
  /** No error for keys that are not there. */
  delete(bucket: string, keys: readonly string[]): Promise<void>;
  /**
   * Names of files in the bucket that are no whole objects, so that lists leave them out. Absent where
   * objects are no files.
   */
  damaged?(bucket: string): Promise<string[]>;
}

/** R2's limit (https://developers.cloudflare.com/r2/platform/limits/). */
const MAX_KEY_BYTES = 1024;

/**
 * Checks an object's path and gives it back.
 *
 * @throws StorageError PATH_INVALID
 */
export function checkKey(path: unknown): string {
  if (typeof path !== "string" || path === "") {
    throw new StorageError("PATH_INVALID", "An object's path must be a non-empty string");
  }
  if (!path.isWellFormed()) {
    throw new StorageError("PATH_INVALID", "An object's path must be well-formed Unicode");
  }
  if (new TextEncoder().encode(path).length > MAX_KEY_BYTES) {
    throw new StorageError(
      "PATH_INVALID",
      `An object's path may have at most ${MAX_KEY_BYTES} bytes`,
    );
  }
  return path;
}

/**
 * What an app asked of its storage and cannot have. The last two are about what lies on the disk of the
 * local platform: a file that is no whole object any more, and a link where a file should be.
 */
export class StorageError extends Error {
  override readonly name = "StorageError";
  constructor(
    readonly code:
      | "PATH_INVALID"
      | "BUCKET_UNKNOWN"
      | "BODY_INVALID"
      | "OPTION_INVALID"
      | "URI_INVALID"
      | "OBJECT_DAMAGED"
      | "LINK_REFUSED",
    message: string,
  ) {
    super(message);
  }
}
