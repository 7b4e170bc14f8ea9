import { Failure } from "../failure.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { amount } from "./buckets.ts";
import { MAX_PAGE } from "./list_objects.ts";
import {
  noObject,
  type ObjectAddress,
  parseAddress,
  parseObject,
  requireBucket,
  uriOf,
} from "./object_address.ts";
import { sizeOfObject } from "./object_size.ts";

/** How `storage rm` was asked: for named objects, or for all keys of one bucket that begin alike. */
export interface RemoveOptions {
  addresses: string[];
  prefix?: string;
  confirmDangerous: boolean;
  dryRun: boolean;
}

/** What was removed, or would be. */
export interface RemovedObjects {
  objects: number;
  bytes: number;
  removed: boolean;
  /** The named objects; null when a prefix was named. */
  uris: string[] | null;
}

/**
 * Removes objects. All that is named must be there; a prefix is counted first and needs the opt-in.
 *
 * @throws Failure ADDRESS_INVALID (usage); BUCKET_UNKNOWN, OBJECT_NOT_FOUND (missing); OBJECT_REMOVAL
 * (failed)
 */
export async function removeObjects(
  system: System,
  project: Project,
  platform: Platform,
  options: RemoveOptions,
): Promise<RemovedObjects> {
  if (options.prefix !== undefined) return await removePrefix(system, project, platform, options);
  const addresses = options.addresses.map(parseObject);
  let bytes = 0;
  for (const address of addresses) {
    await requireBucket(system, project, platform, address.bucket);
    const size = await sizeOfObject(platform, address);
    if (size === null) throw await orPrefix(platform, address);
    bytes += size;
  }
  if (!options.dryRun) {
    for (const { bucket, key } of addresses) await platform.objects.delete(bucket, [key]);
  }
  const uris = [...new Set(addresses.map(uriOf))];
  return { objects: uris.length, bytes, removed: !options.dryRun, uris };
}

/** Perhaps a beginning was meant: then the way to remove by it is told. */
async function orPrefix(platform: Platform, address: ObjectAddress): Promise<Failure> {
  const failure = noObject(address);
  const page = { prefix: address.key, delimiter: null, after: null, limit: 1 };
  const { objects } = await platform.objects.list(address.bucket, page);
  if (objects.length === 0) return failure;
  return new Failure(failure.kind, failure.code, failure.message, {
    hint:
      `For all keys that begin so, run \`edgespark storage rm ${address.bucket} --prefix ${address.key}\``,
    details: failure.details,
  });
}

async function removePrefix(
  system: System,
  project: Project,
  platform: Platform,
  { addresses, prefix, confirmDangerous, dryRun }: RemoveOptions,
): Promise<RemovedObjects> {
  const [address, ...more] = addresses.map(parseAddress);
  if (!address || address.key !== "" || more.length > 0) {
    throw new Failure("usage", "ADDRESS_INVALID", "`--prefix` goes with one bucket alone", {
      hint: "Write `edgespark storage rm <bucket> --prefix <beginning>`",
    });
  }
  const { bucket } = address;
  await requireBucket(system, project, platform, bucket);
  const keys: string[] = [];
  let bytes = 0;
  for (let after: string | null = null;;) {
    const page = { prefix: prefix!, delimiter: null, after, limit: MAX_PAGE };
    const found = await platform.objects.list(bucket, page);
    for (const { key, size } of found.objects) {
      keys.push(key);
      bytes += size;
    }
    after = found.next;
    if (after === null) break;
  }
  if (!dryRun && keys.length > 0) {
    if (!confirmDangerous) throw removalRefused(bucket, prefix!, keys.length, bytes);
    await platform.objects.delete(bucket, keys);
  }
  return { objects: keys.length, bytes, removed: !dryRun, uris: null };
}

function removalRefused(bucket: string, prefix: string, objects: number, bytes: number): Failure {
  return new Failure(
    "failed",
    "OBJECT_REMOVAL",
    `This would remove ${amount(objects, bytes)}; nothing was removed`,
    {
      hint:
        `If that is meant, run \`edgespark storage rm ${bucket} --prefix "${prefix}" --confirm-dangerous\``,
      details: { bucket, prefix, objects, bytes },
    },
  );
}
