import { join } from "@std/path";
import { Failure } from "../failure.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { noObject, parseObject, requireBucket, uriOf } from "./object_address.ts";
import { counted, namedFile, type OnProgress, PIPE, type Transferred } from "./transfer.ts";

/**
 * Fetches an object into a file (or to stdout). Nothing is overwritten without `force`.
 *
 * @param options.file null: the last part of the key, in the working folder; a folder keeps that name
 * @throws Failure ADDRESS_INVALID, FILE_NEEDED (usage); BUCKET_UNKNOWN, OBJECT_NOT_FOUND (missing);
 * FILE_EXISTS (conflict); FILE_UNWRITABLE, DISK_FULL, STORAGE_BROKEN (failed)
 */
export async function getObject(
  system: System,
  project: Project,
  platform: Platform,
  options: { address: string; file: string | null; force: boolean; onProgress: OnProgress },
): Promise<Transferred> {
  const { bucket, key } = parseObject(options.address);
  const file = await destinationOf(system, options.file, key);
  await requireBucket(system, project, platform, bucket);
  if (file !== null && !options.force && await system.files.info(file)) throw fileExists(file);
  const object = await platform.objects.open(bucket, key);
  if (!object) throw noObject({ bucket, key });
  const { size } = object;
  const body = counted(system, object.stream(), (done) => options.onProgress(done, size));
  if (file === null) await system.streams.stdout(body);
  else await system.streams.save(file, body, { replace: options.force });
  const contentType = object.metadata.contentType ?? null;
  return { uri: uriOf({ bucket, key }), bucket, key, file, size, contentType };
}

async function destinationOf(
  system: System,
  file: string | null,
  key: string,
): Promise<string | null> {
  if (file === PIPE) return null;
  const name = key.split("/").at(-1)!;
  const path = namedFile(system, file ?? ".")!;
  const isFolder = file === null || (await system.files.info(path))?.kind === "folder";
  if (!isFolder) return path;
  // A key is a stranger's text: only a plain name may become a file.
  // deno-lint-ignore no-control-regex -- these are what a name must not hold
  if (name === "" || name === "." || name === ".." || /[\\\x00-\x1f\x7f]/.test(name)) {
    throw new Failure("usage", "FILE_NEEDED", `The key \`${key}\` gives no name for a file`, {
      hint: "Name the file behind the address",
    });
  }
  return join(path, name);
}

function fileExists(file: string): Failure {
  return new Failure("conflict", "FILE_EXISTS", `\`${file}\` exists already`, {
    hint: "Name another file, or overwrite it with `--force`",
    details: { file },
  });
}
