import { statfsSync } from "node:fs";
import * as sqlite from "node:sqlite";
import { join } from "@std/path";
import { Failure } from "../../failure.ts";

/** How many restore points are kept. */
const KEPT = 5;

/** Free space that must be left beside a copy, in bytes. */
const SPARE = 16 * 1024 * 1024;

/**
 * Copies an open database into `folder` as a consistent file, and forgets all but the last five.
 * The copy appears whole or not at all.
 *
 * @param reason becomes part of the name, such as `migrate`
 * @returns the name, such as `20260102T030405678Z_migrate`
 * @throws Failure DISK_FULL, RESTORE_POINT_FAILED (failed), before anything was changed
 */
export async function takeRestorePoint(
  db: sqlite.DatabaseSync,
  folder: string,
  reason: string,
  now: number,
): Promise<string> {
  Deno.mkdirSync(folder, { recursive: true });
  checkSpace(db, folder);
  const stamp = new Date(now).toISOString().replace(/[-:.]/g, "");
  const name = `${stamp}_${reason.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
  const temp = join(folder, `.${name}.${crypto.randomUUID()}.tmp`);
  try {
    await copy(db, temp);
    const file = Deno.openSync(temp, { read: true, write: true });
    file.syncSync();
    file.close();
    Deno.renameSync(temp, join(folder, `${name}.sqlite`));
  } catch (cause) {
    for (const ending of ["", "-journal", "-wal", "-shm"]) remove(temp + ending);
    throw failed(folder, cause);
  }
  forgetOld(folder);
  return name;
}

/** The names of the restore points in a folder, oldest first. */
export function listRestorePoints(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(".sqlite") && !name.startsWith(".")).sort()
      .map((name) => name.slice(0, -".sqlite".length));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** SQLite's online backup where this Deno has it. */
async function copy(db: sqlite.DatabaseSync, path: string): Promise<void> {
  if (typeof sqlite.backup === "function") await sqlite.backup(db, path);
  else copyFiles(db, path);
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
  const made = new sqlite.DatabaseSync(path);
  made.exec("PRAGMA journal_mode = DELETE");
  made.close();
}

function checkSpace(db: sqlite.DatabaseSync, folder: string): void {
  const pages = Number(db.prepare("PRAGMA page_count").get()?.page_count ?? 0);
  const size = Number(db.prepare("PRAGMA page_size").get()?.page_size ?? 4096);
  const needed = pages * size + SPARE;
  const free = freeBytes(folder);
  if (free === null || free >= needed) return;
  throw new Failure(
    "failed",
    "DISK_FULL",
    `A restore point needs ${megabytes(needed)} MB in \`${folder}\`, but ${
      megabytes(free)
    } MB are free`,
    {
      hint: "Free some space and run the command again; nothing was changed",
      details: { needed, free },
    },
  );
}

/** Null where the system does not tell. */
function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function forgetOld(folder: string): void {
  for (const name of listRestorePoints(folder).slice(0, -KEPT)) {
    remove(join(folder, `${name}.sqlite`));
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

function failed(folder: string, cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const full = /disk is full|No space left|os error 28/.test(reason);
  return new Failure(
    "failed",
    full ? "DISK_FULL" : "RESTORE_POINT_FAILED",
    `No restore point could be taken in \`${folder}\`: ${full ? "the disk is full" : reason}`,
    {
      hint: "Free some space or make the folder writable; nothing was changed",
      details: { folder },
      cause,
    },
  );
}
