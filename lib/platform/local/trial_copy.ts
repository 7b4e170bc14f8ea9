import { DatabaseSync } from "node:sqlite";
import { dirname, join } from "@std/path";
import type { TrialCopy } from "../app_database.ts";
import { copyDatabase, megabytes, openCopy, removeFile, spaceFor } from "./database_copies.ts";

const PREFIX = ".trial.";

/** Copies of rehearsals that were killed, ms after which they are surely nobody's. */
const LEFTOVER = 60 * 60 * 1000;

/**
 * Copies the database to a file that is removed when it is closed, where the disk has room for it and
 * for what is done to it. It never waits for the disk: a crash may well spoil it.
 */
export async function makeTrialCopy(file: string): Promise<TrialCopy> {
  const folder = dirname(file);
  removeLeftovers(folder);
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return await copyTo(db, folder, file);
  } finally {
    db.close();
  }
}

async function copyTo(db: DatabaseSync, folder: string, file: string): Promise<TrialCopy> {
  // Twice: a migration may build the largest table anew beside the old one.
  const { bytes, needed, free, enough } = await spaceFor(db, folder, 2);
  if (!enough) {
    return {
      skipped: `a copy of the database needs ${megabytes(needed)} MB, but ${
        megabytes(free ?? 0)
      } MB are free`,
    };
  }
  const path = join(folder, `${PREFIX}${crypto.randomUUID()}.tmp`);
  let copy: DatabaseSync;
  try {
    await copyDatabase(db, path);
    copy = openCopy(path);
  } catch (error) {
    for (const ending of ["", "-journal", "-wal", "-shm"]) removeFile(path + ending);
    return { skipped: error instanceof Error ? error.message : String(error) };
  }
  copy.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON");
  return {
    db: copy,
    bytes,
    attachLive() {
      copy.prepare("ATTACH ? AS live").run(file);
    },
    close() {
      copy.close();
      removeFile(path);
    },
  };
}

function removeLeftovers(folder: string): void {
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(folder, name);
    const { mtime } = Deno.statSync(path);
    if (mtime && Date.now() - mtime.getTime() > LEFTOVER) removeFile(path);
  }
}
