import { base64 } from "../base64.ts";
import { Failure } from "../failure.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { parseAddress, requireBucket } from "./object_address.ts";

/** An object in a list. */
export interface ObjectRow {
  key: string;
  /** Bytes. */
  size: number;
  /** ISO 8601, UTC. */
  uploadedAt: string;
}

/** One page of the objects of a bucket. */
export interface ObjectList {
  bucket: string;
  prefix: string;
  objects: ObjectRow[];
  /** Hand it in for the next page; null at the end. */
  cursor: string | null;
  /** Files of the whole bucket that are no whole objects; the list leaves them out. */
  damaged: string[];
}

/** The largest page, as in the runtime (contract section 6.2). */
export const MAX_PAGE = 1000;

/**
 * The objects of a bucket in the order of their keys, one page.
 *
 * @param address `bucket`, or `bucket/prefix`; `prefix` adds to it
 * @throws Failure ADDRESS_INVALID, LIMIT_INVALID, CURSOR_INVALID (usage); BUCKET_UNKNOWN (missing)
 */
export async function listObjects(
  system: System,
  project: Project,
  platform: Platform,
  options: { address: string; prefix?: string; limit?: number; cursor?: string },
): Promise<ObjectList> {
  const { bucket, key } = parseAddress(options.address);
  const prefix = key + (options.prefix ?? "");
  const limit = options.limit ?? MAX_PAGE;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new Failure("usage", "LIMIT_INVALID", `\`--limit\` goes from 1 to ${MAX_PAGE}`, {
      hint: "Further objects come with `--cursor`",
    });
  }
  const after = options.cursor === undefined ? null : fromCursor(options.cursor);
  await requireBucket(system, project, platform, bucket);
  const page = await platform.objects.list(bucket, { prefix, delimiter: null, after, limit });
  return {
    bucket,
    prefix,
    objects: page.objects.map(({ key, size, uploadedAt }) => ({
      key,
      size,
      uploadedAt: uploadedAt.toISOString(),
    })),
    cursor: page.next === null ? null : toCursor(page.next),
    damaged: await platform.objects.damaged?.(bucket) ?? [],
  };
}

/** The last key, in letters that no shell minds. */
function toCursor(key: string): string {
  return base64(key).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromCursor(cursor: string): string {
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Failure("usage", "CURSOR_INVALID", "`--cursor` must come from an earlier answer", {
      hint: "Run the command without `--cursor` to begin anew",
      cause,
    });
  }
}
