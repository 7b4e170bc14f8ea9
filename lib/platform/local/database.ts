import { DatabaseSync } from "node:sqlite";
import { dirname } from "@std/path";
import type { Clock } from "../../ports/clock.ts";
import { SYSTEM_TABLES } from "../../schema/system_tables.ts";
import type { AppDatabase } from "../platform.ts";
import { applyMigration } from "./apply_migration.ts";
import { attempt } from "./database_failures.ts";
import { mendLedger, readLedger } from "./ledger.ts";
import { takeRestorePoint } from "./restore_points.ts";
import { runStatement } from "./run_statement.ts";
import { inTransaction } from "./transaction.ts";

/** How long a statement waits for the writer of another process, ms. */
const BUSY = 10_000;

/**
 * The app's database in a file, as commands use it. The file and its folder are made by the first
 * write; until then reads see only the empty system tables. Several processes may have the file open.
 *
 * @param restoreDir where restore points go
 */
export function openLocalDatabase(
  file: string,
  restoreDir: string,
  clock: Pick<Clock, "now"> = { now: () => Date.now() },
): AppDatabase {
  let writer: DatabaseSync | null = null;
  const writable = () => writer ??= openWriter(file);
  return {
    ensureSystem() {
      return attempt(file, () => createSystemTables(writable()));
    },
    ledger() {
      return attempt(file, () => reading(file, writer, readLedger));
    },
    mend(changes) {
      return attempt(
        file,
        () =>
          inTransaction(writable(), (db) => changes.forEach((change) => mendLedger(db, change))),
      );
    },
    apply(migration, { allowLoss }) {
      return attempt(file, () => {
        const start = performance.now();
        applyMigration(writable(), migration, allowLoss);
        return { ms: Math.round(performance.now() - start) };
      });
    },
    query(sql, params = []) {
      return attempt(file, () => reading(file, null, (db) => runStatement(db, sql, params)));
    },
    write(statements) {
      return attempt(
        file,
        () =>
          inTransaction(
            writable(),
            (db) => statements.map(({ sql, params = [] }) => runStatement(db, sql, params)),
          ),
      );
    },
    async restorePoint(reason) {
      return await takeRestorePoint(await attempt(file, writable), restoreDir, reason, clock.now());
    },
    close() {
      writer?.close();
      writer = null;
    },
  };
}

function openWriter(file: string): DatabaseSync {
  Deno.mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file);
  db.exec(
    `PRAGMA busy_timeout = ${BUSY}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON`,
  );
  return db;
}

/** Reads on the open writer, else on a read-only connection, else on an empty database. */
function reading<T>(file: string, writer: DatabaseSync | null, read: (db: DatabaseSync) => T): T {
  if (writer) return read(writer);
  const exists = isFile(file);
  const db = exists ? new DatabaseSync(file, { readOnly: true }) : new DatabaseSync(":memory:");
  try {
    if (exists) db.exec(`PRAGMA busy_timeout = ${BUSY}`);
    else {
      createSystemTables(db);
      db.exec("PRAGMA query_only = ON");
    }
    return read(db);
  } finally {
    db.close();
  }
}

function createSystemTables(db: DatabaseSync): void {
  db.exec(SYSTEM_TABLES.join(";\n"));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
