import { StorageError } from "./object_store.ts";

/** The S3 URI of an object: `s3://<bucket>/<path>`, the path as it is. */
export function createS3Uri(bucket: string, path: string): string {
  return `s3://${bucket}/${path}`;
}

/** The parts of an S3 URI, or null when it is none. */
export function tryParseS3Uri(uri: unknown): { bucket: string; path: string } | null {
  if (typeof uri !== "string") return null;
  const match = /^s3:\/\/([a-z][a-z0-9-]{1,61}[a-z0-9])\/(.+)$/s.exec(uri);
  return match ? { bucket: match[1]!, path: match[2]! } : null;
}

/**
 * The parts of an S3 URI.
 *
 * @throws StorageError URI_INVALID
 */
export function parseS3Uri(uri: unknown): { bucket: string; path: string } {
  const parts = tryParseS3Uri(uri);
  if (parts) return parts;
  throw new StorageError(
    "URI_INVALID",
    `Not an S3 URI of the form s3://bucket/path: ${String(uri)}`,
  );
}
