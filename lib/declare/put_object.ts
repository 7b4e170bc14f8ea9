import { basename } from "@std/path";
import { contentTypeOf } from "../content_types.ts";
import { Failure } from "../failure.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import type { HttpMetadata } from "../runtime/storage/object_store.ts";
import { checked, parseAddress, requireBucket, uriOf } from "./object_address.ts";
import { sizeOfObject } from "./object_size.ts";
import { counted, namedFile, type OnProgress, type Transferred } from "./transfer.ts";

/**
 * Stores a file (or stdin) as an object, whole or not at all.
 *
 * @param options.address the object, or `bucket/` and `bucket/folder/`, which keep the file's name
 * @throws Failure ADDRESS_INVALID, METADATA_INVALID (usage); BUCKET_UNKNOWN, FILE_NOT_FOUND (missing);
 * OBJECT_EXISTS (conflict) without `force`; FILE_UNREADABLE, DISK_FULL, STORAGE_BROKEN (failed)
 */
export async function putObject(
  system: System,
  project: Project,
  platform: Platform,
  options: {
    file: string;
    address: string;
    metadata: HttpMetadata;
    force: boolean;
    onProgress: OnProgress;
  },
): Promise<Transferred & { replaced: boolean }> {
  const file = namedFile(system, options.file);
  const { bucket, key } = targetOf(options.address, file);
  const contentType = options.metadata.contentType ?? contentTypeOf(key);
  const metadata = headerValues({ ...options.metadata, contentType });
  await requireBucket(system, project, platform, bucket);
  const replaced = await sizeOfObject(platform, { bucket, key }) !== null;
  if (replaced && !options.force) throw objectExists(uriOf({ bucket, key }));
  const source = file === null
    ? { size: null, body: system.streams.stdin() }
    : await system.streams.open(file);
  if (!source) {
    throw new Failure("missing", "FILE_NOT_FOUND", `There is no file \`${file}\``, {
      hint: "Relative paths begin in the working folder; `-` stands for stdin",
      details: { file },
    });
  }
  let size = 0;
  const body = counted(system, source.body, (done) => {
    size = done;
    options.onProgress(done, source.size);
  });
  await platform.objects.put(bucket, key, body, metadata);
  return { uri: uriOf({ bucket, key }), bucket, key, file, size, contentType, replaced };
}

function targetOf(address: string, file: string | null): { bucket: string; key: string } {
  const { bucket, key } = parseAddress(address);
  if (key !== "" && !key.endsWith("/")) return { bucket, key: checked(key) };
  if (file !== null) return { bucket, key: checked(key + basename(file)) };
  throw new Failure("usage", "ADDRESS_INVALID", "What comes from stdin has no name of its own", {
    hint: "Write `<bucket>/<key>`",
    details: { address },
  });
}

function headerValues(metadata: HttpMetadata): HttpMetadata {
  const given = Object.entries(metadata).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    // deno-lint-ignore no-control-regex -- these are what a header must not hold
    if (value === "" || /[\x00-\x1f\x7f]|[^\x00-\xff]/.test(value)) {
      throw new Failure(
        "usage",
        "METADATA_INVALID",
        `\`${name}\` must be text that fits a header`,
        {
          hint: "Use plain characters on one line",
        },
      );
    }
  }
  return Object.fromEntries(given);
}

function objectExists(uri: string): Failure {
  return new Failure("conflict", "OBJECT_EXISTS", `\`${uri}\` exists already`, {
    hint: "Choose another key, or replace it with `--force`",
    details: { uri },
  });
}
