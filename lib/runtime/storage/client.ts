import { type BucketClient, createBucketClient } from "./bucket.ts";
import { checkKey, type ObjectStore, StorageError } from "./object_store.ts";
import type { Presigner } from "./presign.ts";
import { createS3Uri, parseS3Uri, tryParseS3Uri } from "./uris.ts";

/** A bucket as the app declares it (contract section 2.7). */
export interface BucketDef {
  readonly bucket_name: string;
  readonly description: string;
}

/** `storage` of the module `edgespark` (contract section 6.2). */
export interface StorageClient {
  from(bucket: BucketDef): BucketClient;
  createS3Uri(bucket: BucketDef, path: string): string;
  isS3Uri(value: string): boolean;
  parseS3Uri(uri: string): { bucket: BucketDef; path: string };
  tryParseS3Uri(uri: string): { bucket: BucketDef; path: string } | null;
}

export interface StorageOptions {
  store: ObjectStore;
  presigner: Presigner;
  /** The app's public origin, for presigned URLs. */
  origin: string;
  /** The buckets that the app declares; their descriptions complete parsed URIs. */
  declared: readonly BucketDef[];
  /** The buckets that were applied. */
  applied(): readonly string[];
}

export function createStorageClient(options: StorageOptions): StorageClient {
  const defOf = (name: string): BucketDef =>
    options.declared.find((def) => def.bucket_name === name) ??
      { bucket_name: name, description: "" };
  return {
    from(bucket) {
      const name = nameOf(bucket);
      if (!options.applied().includes(name)) {
        throw new StorageError(
          "BUCKET_UNKNOWN",
          `Bucket "${name}" does not exist in this environment; declare it in \`server/src/defs/storage_schema.ts\` and run \`edgespark storage apply\``,
        );
      }
      return createBucketClient(name, options);
    },
    createS3Uri: (bucket, path) => createS3Uri(nameOf(bucket), checkKey(path)),
    isS3Uri: (value) => tryParseS3Uri(value) !== null,
    parseS3Uri(uri) {
      const { bucket, path } = parseS3Uri(uri);
      return { bucket: defOf(bucket), path };
    },
    tryParseS3Uri(uri) {
      const parts = tryParseS3Uri(uri);
      return parts && { bucket: defOf(parts.bucket), path: parts.path };
    },
  };
}

function nameOf(bucket: BucketDef): string {
  if (typeof bucket?.bucket_name === "string") return bucket.bucket_name;
  throw new StorageError("BUCKET_UNKNOWN", "Pass a bucket of `buckets` from `@defs`");
}
