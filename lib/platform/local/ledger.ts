import type { DatabaseSync } from "node:sqlite";
import { DRIZZLE_LEDGER, SYSTEM_LEDGER } from "../../schema/system_tables.ts";
import type { LedgerChange, LedgerRow, MigrationToApply } from "../app_database.ts";

/** Both ledgers as one list: what stands in the platform's, then what only drizzle's migrator knows. */
export function readLedger(db: DatabaseSync): LedgerRow[] {
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE name IN (?, ?)").all(
    SYSTEM_LEDGER,
    DRIZZLE_LEDGER,
  )
    .map((row) => row.name);
  const system = names.includes(SYSTEM_LEDGER)
    ? db.prepare(`SELECT id, name, applied_at FROM ${SYSTEM_LEDGER} ORDER BY id`).all()
    : [];
  const drizzle = names.includes(DRIZZLE_LEDGER)
    ? db.prepare(
      `SELECT rowid AS rowNumber, id, hash, created_at FROM ${DRIZZLE_LEDGER} ORDER BY rowid`,
    ).all()
    : [];
  const known = new Set(system.map(({ id }) => Number(id)));
  const part = (row: typeof drizzle[number] | undefined) => ({
    hash: row ? String(row.hash) : null,
    when: row?.created_at == null ? null : Number(row.created_at),
    drizzleRow: row ? Number(row.rowNumber) : null,
  });
  return [
    ...system.map((row) => ({
      id: Number(row.id),
      tag: row.name === null ? null : String(row.name),
      appliedAt: String(row.applied_at),
      ...part(drizzle.find(({ id }) => id !== null && Number(id) === Number(row.id))),
    })),
    ...drizzle.filter(({ id }) => id === null || !known.has(Number(id))).map((row) => ({
      id: Number(row.id ?? row.rowNumber),
      tag: null,
      appliedAt: null,
      ...part(row),
    })),
  ];
}

/** Makes one change of the ledgers. */
export function mendLedger(db: DatabaseSync, change: LedgerChange): void {
  switch (change.kind) {
    case "rename":
      db.prepare(`UPDATE ${SYSTEM_LEDGER} SET name = ? WHERE name = ?`).run(change.to, change.from);
      if (!hasNames(db)) return;
      db.prepare(`UPDATE ${DRIZZLE_LEDGER} SET name = ? WHERE name = ?`).run(
        change.to,
        change.from,
      );
      return;
    case "adopt": {
      const id = nextId(db);
      db.prepare(`INSERT INTO ${SYSTEM_LEDGER} (id, name) VALUES (?, ?)`).run(id, change.tag);
      db.prepare(`UPDATE ${DRIZZLE_LEDGER} SET id = ? WHERE rowid = ?`).run(id, change.drizzleRow);
      if (hasNames(db)) {
        db.prepare(`UPDATE ${DRIZZLE_LEDGER} SET name = ? WHERE id = ?`).run(change.tag, id);
      }
      return;
    }
    case "forget":
      removeRows(db, change.tag);
      return;
    case "record":
      recordRows(db, change);
  }
}

/** Both rows of a tag; rows of drizzle's migrator are found by the id that they share. */
function removeRows(db: DatabaseSync, tag: string): void {
  for (const { id } of db.prepare(`SELECT id FROM ${SYSTEM_LEDGER} WHERE name = ?`).all(tag)) {
    db.prepare(`DELETE FROM ${DRIZZLE_LEDGER} WHERE id = ?`).run(id!);
    db.prepare(`DELETE FROM ${SYSTEM_LEDGER} WHERE id = ?`).run(id!);
  }
}

/** Keeps the id and the time of a migration that stands there already. */
function recordRows(db: DatabaseSync, row: Omit<MigrationToApply, "statements">): void {
  const known = db.prepare(`SELECT id FROM ${SYSTEM_LEDGER} WHERE name = ?`).get(row.tag);
  if (!known) {
    addToLedger(db, row);
    return;
  }
  db.prepare(`DELETE FROM ${DRIZZLE_LEDGER} WHERE id = ?`).run(known.id!);
  addToDrizzle(db, Number(known.id), row);
}

/** Writes both rows of a migration. */
export function addToLedger(
  db: DatabaseSync,
  row: Omit<MigrationToApply, "statements">,
): void {
  const id = nextId(db);
  db.prepare(`INSERT INTO ${SYSTEM_LEDGER} (id, name) VALUES (?, ?)`).run(id, row.tag);
  addToDrizzle(db, id, row);
}

function addToDrizzle(
  db: DatabaseSync,
  id: number,
  { tag, hash, when }: Omit<MigrationToApply, "statements">,
): void {
  if (hasNames(db)) {
    db.prepare(
      `INSERT INTO ${DRIZZLE_LEDGER} (id, hash, created_at, name, applied_at) VALUES (?, ?, ?, ?, ?)`,
    ).run(id, hash, when, tag, new Date().toISOString());
    return;
  }
  db.prepare(`INSERT INTO ${DRIZZLE_LEDGER} (id, hash, created_at) VALUES (?, ?, ?)`).run(
    id,
    hash,
    when,
  );
}

/**
 * drizzle-orm 1.0's migrator adds two columns to its ledger when it first sees it
 * (`drizzle-orm/up-migrations/sqlite.js`), and from then on asks for a migration's name alone.
 */
function hasNames(db: DatabaseSync): boolean {
  return db.prepare(
    `SELECT count(*) AS n FROM pragma_table_info('${DRIZZLE_LEDGER}') WHERE name IN ('name', 'applied_at')`,
  ).get()?.n === 2;
}

/** Both ledgers share their ids (decision 5), so that the next one must be free in both. */
function nextId(db: DatabaseSync): number {
  const row = db.prepare(
    `SELECT max(coalesce((SELECT max(id) FROM ${SYSTEM_LEDGER}), 0), coalesce((SELECT max(id) FROM ${DRIZZLE_LEDGER}), 0),
      coalesce((SELECT seq FROM sqlite_sequence WHERE name = '${SYSTEM_LEDGER}'), 0)) + 1 AS id`,
  ).get();
  return Number(row?.id);
}
