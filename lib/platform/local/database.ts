import { DatabaseSync } from "node:sqlite";
import { dirname } from "@std/path";
import type { Clock } from "../../ports/clock.ts";
import { SYSTEM_TABLES } from "../../schema/system_tables.ts";
import { quoteName } from "../../schema/tokens.ts";
import { type Loss, RowsLost } from "../migration_errors.ts";
import type { AppDatabase, RowsSince } from "../app_database.ts";
import { applyMigration } from "./apply_migration.ts";
import { spaceFor } from "./database_copies.ts";
import { attempt } from "./database_failures.ts";
import { mendLedger, readLedger } from "./ledger.ts";
import { copyBack, rowsSince } from "./restore.ts";
import { listRestorePoints, takeRestorePoint } from "./restore_points.ts";
import { runStatement, runStatements } from "./run_statement.ts";
import { inTransaction } from "./transaction.ts";
import { makeTrialCopy } from "./trial_copy.ts";

/** How long a statement waits for the writer of another process, ms. */
const BUSY = 10_000;

/**
 * The app's database in a file, as commands use it. The file and its folder are made by the first
 * write; until then reads see only the empty system tables. Several processes may have the file open.
 *
 * @param restoreDir where restore points go
 * @param pauseApp lets the running app wait and returns what lets it go on; null: none runs
 */
export function openLocalDatabase(
  file: string,
  restoreDir: string,
  clock: Pick<Clock, "now"> = { now: () => Date.now() },
  pauseApp: () => Promise<(() => Promise<void>) | null> = () => Promise.resolve(null),
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
    query(sql, params = [], options = {}) {
      return attempt(
        file,
        () => reading(file, null, (db) => runStatement(db, sql, params, options)),
      );
    },
    write(statements, options = {}) {
      return attempt(
        file,
        () =>
          inTransaction(
            writable(),
            (db) => runStatements(db, statements, options),
          ),
      );
    },
    async restorePoint(reason) {
      return await takeRestorePoint(await attempt(file, writable), restoreDir, reason, clock.now());
    },
    restorePoints() {
      return attempt(file, () => listRestorePoints(restoreDir));
    },
    rowsSince(name) {
      return attempt(file, () => reading(file, writer, (db) => rowsSince(db, restoreDir, name)));
    },
    async restore(name, { allowLoss }) {
      const goOn = await pauseApp();
      try {
        const db = await attempt(file, writable);
        const lost = await attempt(file, () => rowsSince(db, restoreDir, name));
        if (lost.length > 0 && !allowLoss) throw new RowsLost(lossesOf(db, lost));
        const restorePoint = await takeRestorePoint(db, restoreDir, "undo", clock.now(), name);
        // Fails after a while when another process holds the write lock; copying would wait for ever.
        await attempt(file, () => inTransaction(db, () => {}));
        await copyBack(restoreDir, name, file);
        return { restorePoint, lost, paused: goOn !== null };
      } finally {
        await goOn?.();
      }
    },
    async space() {
      const space = await attempt(file, () => {
        return isFile(file) ? reading(file, writer, (db) => spaceFor(db, dirname(file))) : null;
      });
      return space && { bytes: space.bytes, free: space.free };
    },
    async trialCopy() {
      if (!isFile(file)) return { skipped: "there is no database yet" };
      return await makeTrialCopy(file);
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

function lossesOf(db: DatabaseSync, lost: RowsSince[]): Loss[] {
  return lost.map(({ table, rows }) => {
    const before = Number(db.prepare(`SELECT count(*) AS n FROM ${quoteName(table)}`).get()?.n);
    return { table, column: null, before, after: before - rows };
  });
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
