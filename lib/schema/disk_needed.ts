import { Failure } from "../failure.ts";
import type { AppDatabase } from "../platform/app_database.ts";
import type { Migration } from "./chain.ts";
import { effectsOf } from "./script_effects.ts";

/** What a migrate takes of the disk, bytes. */
export interface DiskNeed {
  database: number;
  /** Restore point, and what is written while tables are built anew beside the old ones. */
  needed: number;
  /** Null: the system does not tell. */
  free: number | null;
}

/** For the ledgers and small things. */
const SPARE = 16 * 1024 * 1024;

/** Below this nobody wants to hear of it, bytes. */
const WORTH_SAYING = 64 * 1024 * 1024;

/** What the pending migrations need; null where nobody can tell. */
export async function diskNeeded(
  pending: Migration[],
  database: AppDatabase,
): Promise<DiskNeed | null> {
  const space = pending.length === 0 ? null : await database.space();
  if (!space) return null;
  // A rebuild writes a table twice: as pages of the file and in the log before them.
  const moves = pending.some(({ statements }) =>
    effectsOf(statements.map(({ text }) => text)).rows
  );
  const needed = space.bytes * (moves ? 3 : 1) + SPARE;
  return { database: space.bytes, needed, free: space.free };
}

/** @throws Failure DISK_FULL (failed), before anything was changed */
export function refuseFullDisk(need: DiskNeed | null): void {
  if (!need || need.free === null || need.free >= need.needed) return;
  throw new Failure("failed", "DISK_FULL", diskText(need), {
    hint: "Free some space and run the command again; nothing was changed",
    details: { ...need },
  });
}

/** What to say before a large database is worked on; null for a small one. */
export function diskWarning(need: DiskNeed | null): string | null {
  return need && need.database >= WORTH_SAYING ? diskText(need) : null;
}

function diskText({ database, needed, free }: DiskNeed): string {
  const mb = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MB`;
  return `The database has ${mb(database)}; this needs up to ${mb(needed)} more, and ${
    free === null ? "nobody can tell what is" : `${mb(free)} are`
  } free`;
}
