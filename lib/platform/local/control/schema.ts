import type { DatabaseSync } from "node:sqlite";
import { Failure } from "../../../failure.ts";

/**
 * How `control.sqlite` came to be, step by step: entry `n` lifts version `n` to `n + 1`
 * (`PRAGMA user_version`). Steps are only ever appended; `tables.ts` describes the last version.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE vars (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;
  CREATE TABLE secrets (
    key TEXT PRIMARY KEY, sealed BLOB, key_id TEXT, expires_at INTEGER, updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE buckets (name TEXT PRIMARY KEY, description TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;
  CREATE TABLE deployments (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, bundle_bytes INTEGER NOT NULL, routes TEXT NOT NULL,
    auth_config TEXT, created_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE deployments ADD COLUMN activated_at INTEGER;
  ALTER TABLE deployments ADD COLUMN migrations TEXT;
  `,
];

/** Brings an open database to the version that this program knows, or refuses. */
export function upgrade(database: DatabaseSync, file: string): void {
  if (version(database) === STEPS.length) return;
  // Another process may be at the same: the version is read again once the write lock is held.
  database.exec("BEGIN IMMEDIATE");
  try {
    const found = version(database);
    if (found > STEPS.length) {
      throw new Failure("conflict", "CONTROL_NEWER", `\`${file}\` was made by a newer edgespark`, {
        hint: "Use the newer version of edgespark for this project",
        details: { file, version: found, known: STEPS.length },
      });
    }
    for (const step of STEPS.slice(found)) database.exec(step);
    database.exec(`PRAGMA user_version = ${STEPS.length}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function version(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.user_version);
}
