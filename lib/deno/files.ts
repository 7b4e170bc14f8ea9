import { dirname, join } from "@std/path";
import { Failure } from "../failure.ts";
import type { FileInfo, Files, FolderEntry } from "../ports/files.ts";

/** The real file system. */
export function denoFiles(): Files {
  return { read, write, list, info, real, remove };
}

async function read(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw unreadable(path, error);
  }
}

async function write(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number } = {},
): Promise<void> {
  const folder = dirname(path);
  const temp = join(folder, `.${crypto.randomUUID()}.tmp`);
  try {
    await Deno.mkdir(folder, { recursive: true });
    const file = await Deno.open(temp, { write: true, createNew: true, mode: options.mode });
    try {
      await writeAll(
        file,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
      await file.syncData();
    } finally {
      file.close();
    }
    await Deno.rename(temp, path);
  } catch (error) {
    await Deno.remove(temp).catch(() => {});
    throw unwritable(path, error);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

async function real(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function list(path: string): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  try {
    for await (const entry of Deno.readDir(path)) {
      entries.push({ name: entry.name, kind: kindOf(entry) });
    }
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(path, error);
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function info(path: string): Promise<FileInfo | null> {
  try {
    const stat = await Deno.lstat(path);
    return {
      kind: kindOf(stat),
      size: stat.size,
      modified: stat.mtime?.getTime() ?? 0,
      // Windows has no such bit: there a file has no owner's number and its mode is made up.
      ...(stat.mode === null || stat.uid === null ? {} : { executable: (stat.mode & 0o100) !== 0 }),
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw unreadable(path, error);
  }
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!isMissing(error)) throw unwritable(path, error);
  }
}

function kindOf(
  entry: { isFile: boolean; isDirectory: boolean; isSymlink: boolean },
): FileInfo["kind"] {
  return entry.isSymlink ? "link" : entry.isFile ? "file" : entry.isDirectory ? "folder" : "other";
}

/** No such file, or a file where a folder was expected on the way. */
function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** What cannot be read, as a failure. */
export function unreadable(path: string, cause: unknown): Failure {
  return new Failure("failed", "FILE_UNREADABLE", `Cannot read \`${path}\`: ${reason(cause)}`, {
    hint: "Check that the path is a file that your user may read",
    details: { path },
    cause,
  });
}

/** What cannot be written, as a failure. */
export function unwritable(path: string, cause: unknown): Failure {
  const full = cause instanceof Error && /os error 28\b|No space left/.test(cause.message);
  return new Failure(
    "failed",
    full ? "DISK_FULL" : "FILE_UNWRITABLE",
    `Cannot write \`${path}\`: ${full ? "the disk is full" : reason(cause)}`,
    {
      hint: full
        ? "Free some space and run the command again; the old file is intact"
        : "Check that your user may write there; the old file is intact",
      details: { path },
      cause,
    },
  );
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message.replace(/ \(os error \d+\).*$/s, "").replace(/: \w+ '.*$/s, "").replace(
    /\.$/,
    "",
  );
}
