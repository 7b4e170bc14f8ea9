import { dirname, join } from "@std/path";
import { Failure } from "../failure.ts";
import type { Streams } from "../ports/streams.ts";
import { unreadable, unwritable } from "./files.ts";

/** The real files, stdin and stdout. */
export function denoStreams(): Streams {
  return { open, save, stdin: () => Deno.stdin.readable, stdout };
}

async function open(path: string) {
  try {
    const file = await Deno.open(path, { read: true });
    const { isFile, size } = await file.stat();
    if (isFile) return { size, body: file.readable };
    file.close();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw unreadable(path, error);
  }
  throw unreadable(path, new Error("it is not a file"));
}

async function save(
  path: string,
  body: ReadableStream<Uint8Array>,
  { replace }: { replace: boolean },
): Promise<void> {
  const temp = join(dirname(path), `.${crypto.randomUUID()}.tmp`);
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    const file = await Deno.open(temp, { write: true, createNew: true });
    try {
      for await (const chunk of body) await writeAll(file, chunk);
      await file.syncData();
    } finally {
      file.close();
    }
    await (replace ? Deno.rename(temp, path) : renameNew(temp, path));
  } catch (error) {
    await body.cancel().catch(() => {});
    await Deno.remove(temp).catch(() => {});
    throw isDisk(error) ? unwritable(path, error) : error;
  }
}

/** A link is refused where a file stands; a rename would replace it. */
async function renameNew(temp: string, path: string): Promise<void> {
  try {
    await Deno.link(temp, path);
    await Deno.remove(temp);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || await exists(path)) throw fileExists(path);
    // A file system without hard links.
    await Deno.rename(temp, path);
  }
}

/** The refusal of a file that would be overwritten. */
export function fileExists(path: string): Failure {
  return new Failure("conflict", "FILE_EXISTS", `\`${path}\` exists already`, {
    hint: "Name another file, or overwrite it with `--force`",
    details: { path },
  });
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

async function stdout(body: ReadableStream<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of body) await writeAll(Deno.stdout, chunk);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function writeAll(
  to: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done));
}

/** Whether the file system said it, not the source of the bytes. */
function isDisk(error: unknown): boolean {
  return error instanceof Error && !(error instanceof Failure) && "code" in error;
}
