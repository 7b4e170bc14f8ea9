/**
 * The buckets of this app, one exported constant each. After an edit: `edgespark storage apply`.
 *
 *   import type { BucketDef } from "@sdk/server-types";
 *
 *   export const photos: BucketDef<"photos"> = {
 *     bucket_name: "photos",
 *     description: "Pictures that users upload",
 *   };
 *
 * In a handler: `storage.from(buckets.photos)`.
 */

// Keeps this file a module until it exports its first bucket.
export {};
