import { Failure } from "../failure.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { checkKey, StorageError } from "../runtime/storage/object_store.ts";
import { createS3Uri } from "../runtime/storage/uris.ts";
import { suggest } from "../suggest.ts";
import { settleBuckets } from "./settle_buckets.ts";

/** A bucket and what stands behind it: the key of an object, the beginning of some, or nothing. */
export interface ObjectAddress {
  bucket: string;
  key: string;
}

/**
 * Reads `bucket`, `bucket/key` or `s3://bucket/key` (contract section 6.2).
 *
 * @throws Failure ADDRESS_INVALID (usage)
 */
export function parseAddress(text: string): ObjectAddress {
  const bare = text.startsWith("s3://") ? text.slice("s3://".length) : text;
  const [, bucket, key = ""] = /^([^/]*)(?:\/([^]*))?$/.exec(bare)!;
  if (!/^[a-z][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket!)) {
    throw invalid(text, `\`${text}\` names no bucket`, "Write `<bucket>/<key>` or its `s3://` URI");
  }
  return { bucket: bucket!, key };
}

/**
 * Reads the address of one object.
 *
 * @throws Failure ADDRESS_INVALID (usage)
 */
export function parseObject(text: string): ObjectAddress {
  const address = parseAddress(text);
  if (address.key === "") {
    throw invalid(text, `\`${text}\` names a bucket, not an object`, "Write `<bucket>/<key>`");
  }
  return { ...address, key: checked(address.key) };
}

/** A key, held against the rules of the runtime. */
export function checked(key: string): string {
  try {
    return checkKey(key);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw invalid(key, error.message, "Choose a shorter or simpler key");
  }
}

/** How an object is named in answers: its S3 URI. */
export function uriOf({ bucket, key }: ObjectAddress): string {
  return createS3Uri(bucket, key);
}

/**
 * Makes sure that a bucket is there to be used.
 *
 * @throws Failure BUCKET_UNKNOWN (missing)
 */
export async function requireBucket(
  system: System,
  project: Project,
  platform: Platform,
  bucket: string,
): Promise<void> {
  await settleBuckets(system, project, platform.buckets);
  const names = (await platform.buckets.list()).map(({ name }) => name);
  if (names.includes(bucket)) return;
  const near = suggest(bucket, names);
  throw new Failure("missing", "BUCKET_UNKNOWN", `There is no bucket \`${bucket}\``, {
    hint: near
      ? `Did you mean \`${near}\`?`
      : "Declare it in `defs/storage_schema.ts` and run `edgespark storage apply`; `edgespark storage bucket list` shows what there is",
    details: { bucket, buckets: names },
  });
}

/** The refusal of an object that is not there. */
export function noObject(address: ObjectAddress): Failure {
  const uri = uriOf(address);
  return new Failure("missing", "OBJECT_NOT_FOUND", `There is no object \`${uri}\``, {
    hint: `See what is there with \`edgespark storage ls ${address.bucket}\``,
    details: { ...address },
  });
}

function invalid(address: string, message: string, hint: string): Failure {
  return new Failure("usage", "ADDRESS_INVALID", message, { hint, details: { address } });
}

/** A key for a person's terminal: what would steer the terminal is written out. */
export function shownKey(key: string): string {
  // deno-lint-ignore no-control-regex -- these are what steers a terminal
  return key.replace(/[\x00-\x1f\x7f-\x9f]/g, (char) => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
