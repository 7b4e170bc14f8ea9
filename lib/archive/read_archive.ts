import { Failure } from "../failure.ts";
import { findCollision, pathProblem } from "./entry_path.ts";
import { type ArchiveLimits, mebibytes } from "./limits.ts";

/** A file out of an archive. */
export interface ArchiveFile {
  /** With forward slashes; safe to write below any folder on any system. */
  path: string;
  content: Uint8Array;
  executable: boolean;
}

/** What was read. Nothing has been written anywhere. */
export interface Archive {
  /** In the archive's order. */
  files: ArchiveFile[];
  /** Links and devices: they are never made. */
  skipped: string[];
}

/**
 * Reads a tar archive, packed by gzip or not, into memory. It is believed only as a whole: names are
 * checked for every system, checksums and the end mark must be there, and the limits hold while it is
 * read. Links and devices are left out and named.
 *
 * @param name how messages name the archive
 * @param keep which files are wanted, by the path in the archive; what is not wanted is passed over
 * unseen, but for the limit of what is unpacked
 * @throws Failure (failed) ARCHIVE_UNSAFE for a name that leads elsewhere, ARCHIVE_TOO_LARGE,
 * ARCHIVE_BROKEN for what is truncated, damaged or no archive
 */
export async function readArchive(
  bytes: ReadableStream<Uint8Array>,
  name: string,
  limits: ArchiveLimits,
  keep: (path: string) => boolean = () => true,
): Promise<Archive> {
  try {
    return await readEntries(await unpacked(bytes, name, limits), name, limits, keep);
  } catch (error) {
    if (error instanceof Failure || isInterrupt(error)) throw error;
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
    throw new Failure("failed", "ARCHIVE_BROKEN", `${name} is not a whole tar archive: ${reason}`, {
      hint: "Give a .tar.gz file, or get it again if it should be one",
      cause: error,
    });
  }
}

async function readEntries(
  tar: ReadableStream<Uint8Array>,
  name: string,
  limits: ArchiveLimits,
  keep: (path: string) => boolean,
): Promise<Archive> {
  const { createTarDecoder } = await import("modern-tar");
  const files: ArchiveFile[] = [];
  const skipped: string[] = [];
  for await (const { header, body } of tar.pipeThrough(createTarDecoder({ strict: true }))) {
    const { type = "file", size, mode = 0 } = header;
    const path = header.name.replace(/^(\.\/)+/, "").replace(/\/$/, "");
    // Folders are made for the files in them.
    if (type === "directory" || !keep(path)) {
      await body.cancel();
      continue;
    }
    const problem = pathProblem(path);
    if (problem) throw unsafe(name, `\`${shown(path)}\`: ${problem}`, path);
    if (type !== "file") {
      await body.cancel();
      skipped.push(path);
      continue;
    }
    if (!(size >= 0 && size <= limits.unpacked)) throw tooLarge(name, mebibytes(limits.unpacked));
    if (files.length >= limits.files) throw tooLarge(name, `${limits.files} files`);
    const content = new Uint8Array(await new Response(body as BodyInit).arrayBuffer());
    files.push({ path, content, executable: (mode & 0o100) !== 0 });
  }
  const collision = findCollision(files.map(({ path }) => path));
  if (collision) {
    const [path, other] = collision;
    throw unsafe(name, `\`${shown(path)}\` and \`${shown(other)}\` are one name elsewhere`, path);
  }
  return { files, skipped };
}

/** The tar inside, whether packed or not, counted on both sides. */
async function unpacked(
  bytes: ReadableStream<Uint8Array>,
  name: string,
  limits: ArchiveLimits,
): Promise<ReadableStream<Uint8Array>> {
  const packed = bytes.pipeThrough(counter(limits.packed, name));
  const reader = packed.getReader();
  const head: Uint8Array[] = [];
  for (let length = 0; length < 2;) {
    const { done, value } = await reader.read();
    if (done) break;
    head.push(value);
    length += value.length;
  }
  const [first, second] = head.flatMap((chunk) => [...chunk.subarray(0, 2)]);
  const whole = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = head.shift();
      if (next) return controller.enqueue(next);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  if (first !== 0x1f || second !== 0x8b) return whole.pipeThrough(counter(limits.unpacked, name));
  const gunzip = new DecompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>;
  return whole.pipeThrough(gunzip).pipeThrough(counter(limits.unpacked, name));
}

function counter(limit: number, name: string): TransformStream<Uint8Array, Uint8Array> {
  let total = 0;
  return new TransformStream({
    transform(chunk, controller) {
      total += chunk.length;
      if (total > limit) throw tooLarge(name, mebibytes(limit));
      controller.enqueue(chunk);
    },
  });
}

function isInterrupt(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** A name from outside, fit for a terminal. */
function shown(path: string): string {
  return JSON.stringify(path.slice(0, 200)).slice(1, -1);
}

function unsafe(name: string, what: string, path: string): Failure {
  return new Failure("failed", "ARCHIVE_UNSAFE", `${name} holds a name that is not safe: ${what}`, {
    hint: "Nothing was written; ask whoever made the archive for a clean one",
    details: { path },
  });
}

function tooLarge(name: string, limit: string): Failure {
  return new Failure("failed", "ARCHIVE_TOO_LARGE", `${name} holds more than ${limit}`, {
    hint: "Nothing was written; a template is source code, leave data and builds out of it",
  });
}
