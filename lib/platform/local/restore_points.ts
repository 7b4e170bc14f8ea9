import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { Failure } from "../../failure.ts";
import type { RestorePoint } from "../app_database.ts";
import { copyDatabase, megabytes, openCopy, removeFile, spaceFor } from "./database_copies.ts";
import { readLedger } from "./ledger.ts";

/** How many restore points are kept. */
const KEPT = 5;

/**
 * Copies an open database into `folder` as a consistent file, and forgets all but the last five.
 * The copy appears whole or not at all.
 *
 * @param reason becomes part of the name, such as `migrate`
 * @param spare a restore point that is not forgotten, whatever its age
 * @returns the name, such as `20260102T030405678Z_migrate`
 * @throws Failure DISK_FULL, RESTORE_POINT_FAILED (failed), before anything was changed
 */
export async function takeRestorePoint(
  db: DatabaseSync,
  folder: string,
  reason: string,
  now: number,
  spare?: string,
): Promise<string> {
  const stamp = new Date(now).toISOString().replace(/[-:.]/g, "");
  const name = `${stamp}_${reason.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
  const temp = join(folder, `.${name}.${crypto.randomUUID()}.tmp`);
  try {
    Deno.mkdirSync(folder, { recursive: true });
    await checkSpace(db, folder);
    await copyDatabase(db, temp);
    openCopy(temp).close();
    const file = Deno.openSync(temp, { read: true, write: true });
    file.syncSync();
    file.close();
    Deno.renameSync(temp, restorePointFile(folder, name));
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    for (const ending of ["", "-journal", "-wal", "-shm"]) removeQuietly(temp + ending);
    throw failed(folder, cause);
  }
  const old = restorePointNames(folder).slice(0, -KEPT).filter((point) => point !== spare);
  for (const point of old) removeFile(restorePointFile(folder, point));
  return name;
}

/** The restore points in a folder, oldest first; one that cannot be read has no migrations. */
export function listRestorePoints(folder: string): RestorePoint[] {
  return restorePointNames(folder).map((name) => {
    const path = restorePointFile(folder, name);
    const [, year, month, day, hour, minute, second, ms, reason] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z_(.*)$/.exec(name) ?? [];
    const info = Deno.statSync(path);
    return {
      name,
      takenAt: year === undefined
        ? info.mtime?.getTime() ?? 0
        : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`),
      reason: reason ?? "",
      bytes: info.size,
      migrations: migrationsIn(path),
    };
  });
}

/** The names of the restore points in a folder, oldest first. */
export function restorePointNames(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(".sqlite") && !name.startsWith(".")).sort()
      .map((name) => name.slice(0, -".sqlite".length));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Where a restore point lies. */
export function restorePointFile(folder: string, name: string): string {
  return join(folder, `${name}.sqlite`);
}

function migrationsIn(path: string): string[] {
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      return readLedger(db).flatMap(({ tag }) => tag === null ? [] : [tag]);
    } finally {
      db.close();
    }
  } catch {
    return [];
  }
}

async function checkSpace(db: DatabaseSync, folder: string): Promise<void> {
  const { needed, free, enough } = await spaceFor(db, folder);
  if (enough || free === null) return;
  const [mb, left] = [megabytes(needed), megabytes(free)];
  throw new Failure(
    "failed",
    "DISK_FULL",
    `A restore point needs ${mb} MB in \`${folder}\`, but ${left} MB are free`,
    {
      hint: "Free some space and run the command again; nothing was changed",
      details: { needed, free },
    },
  );
}

function removeQuietly(path: string): void {
  try {
    removeFile(path);
  } catch {
    // The reason why there is no restore point is the one to tell.
  }
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
