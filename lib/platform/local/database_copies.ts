import * as sqlite from "node:sqlite";
import { Failure } from "../../failure.ts";

/** Free space that must be left beside a copy, in bytes. */
const SPARE = 16 * 1024 * 1024;

/** Pages that are copied between two looks at the clock. */
const PAGES = 10_000;

/**
 * Copies a database as it is at this moment into a file. The read transaction around it keeps writers of
 * other processes from making the copy start anew with every commit.
 */
export async function copyDatabase(db: sqlite.DatabaseSync, path: string): Promise<void> {
  if (typeof sqlite.backup !== "function") return copyFiles(db, path);
  db.exec("BEGIN");
  try {
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    await sqlite.backup(db, path, { rate: PAGES });
  } finally {
    db.exec("COMMIT");
  }
}

/**
 * Copies a database over an open one, as one write transaction of that one: readers and writers of other
 * processes see all of it or nothing, and a kill leaves what was there.
 *
 * @throws Failure RESTORE_UNSUPPORTED (failed)
 */
export async function copyOver(source: sqlite.DatabaseSync, file: string): Promise<void> {
  if (typeof sqlite.backup !== "function") {
    throw new Failure("failed", "RESTORE_UNSUPPORTED", "This Deno cannot copy over a database", {
      hint: "Run the command with Deno 2.5 or newer, or with the compiled `edgespark`",
    });
  }
  await sqlite.backup(source, file, { rate: PAGES });
}

/**
 * For older Deno: under the write lock nobody appends to the log or starts it anew, so that file and
 * log belong together; the copy then takes its log in.
 */
function copyFiles(db: sqlite.DatabaseSync, path: string): void {
  const source = String(db.prepare("PRAGMA database_list").get()?.file);
  db.exec("BEGIN IMMEDIATE");
  try {
    Deno.copyFileSync(source, path);
    Deno.copyFileSync(`${source}-wal`, `${path}-wal`);
  } finally {
    db.exec("ROLLBACK");
  }
}

/** Opens a fresh copy and takes it out of the log mode, so that it is one file. */
export function openCopy(path: string): sqlite.DatabaseSync {
  const copy = new sqlite.DatabaseSync(path);
  copy.exec("PRAGMA journal_mode = DELETE");
  return copy;
}

/** What a copy takes, and what the disk has: bytes. `free` is null where the system does not tell. */
export async function spaceFor(
  db: sqlite.DatabaseSync,
  folder: string,
  copies = 1,
): Promise<{ bytes: number; needed: number; free: number | null; enough: boolean }> {
  const pages = Number(db.prepare("PRAGMA page_count").get()?.page_count ?? 0);
  const size = Number(db.prepare("PRAGMA page_size").get()?.page_size ?? 4096);
  const bytes = pages * size, needed = copies * bytes + SPARE, free = await freeBytes(folder);
  return { bytes, needed, free, enough: free === null || free >= needed };
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    // Deno has no call of its own for this; Node's takes a while to load, so only who asks waits.
    const { statfsSync } = await import("node:fs");
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** Removes a file; no error when there is none. */
export function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Bytes in whole megabytes, rounded up. */
export function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}
