import { DatabaseSync } from "node:sqlite";
import { isSystemTable, SYSTEM_TABLES } from "./system_tables.ts";
import { quoteName } from "./tokens.ts";

/** SQL to run on a shadow, with the name to report it by. */
export interface Script {
  tag: string;
  statements: string[];
}

/** A statement that SQLite refused. */
export interface ScriptFailure {
  tag: string;
  /** From 0; null when the end of the transaction failed. */
  index: number | null;
  message: string;
}

/** A column as SQLite has it. */
export interface ShadowColumn {
  name: string;
  type: string;
  notNull: boolean;
  /** Position in the primary key from 1, or 0. */
  key: number;
  generated: boolean;
}

/** A foreign key as SQLite has it. */
export interface ShadowForeignKey {
  parent: string;
  /** Pairs of columns; `to` is empty when it refers to the parent's primary key. */
  columns: { from: string; to: string }[];
  onDelete: string;
}

/**
 * A database in memory with the system tables: where histories are replayed and plans are tried.
 *
 * @param scripts all that will ever run on it, where that is known: the system tables are left out when
 * nothing mentions them, as SQLite reads its whole schema anew for every added column
 */
export function openShadow(scripts?: Script[]): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec("PRAGMA foreign_keys = ON");
  const isMet = scripts?.some(({ statements }) =>
    statements.some((text) => /es_system__|__drizzle_|sqlite_schema|sqlite_master/i.test(text))
  );
  if (isMet !== false) db.exec(SYSTEM_TABLES.join(";\n"));
  return db;
}

/** Runs one script as D1 runs a migration: in a transaction, foreign keys checked at its end. */
export function runScript(db: DatabaseSync, { tag, statements }: Script): ScriptFailure | null {
  db.exec("BEGIN; PRAGMA defer_foreign_keys = ON");
  let index: number | null = 0;
  try {
    for (const statement of statements) {
      db.exec(statement);
      index++;
    }
    index = null;
    db.exec("COMMIT");
    return null;
  } catch (error) {
    try {
      db.exec("ROLLBACK");
    } catch {
      // Some errors end the transaction by themselves.
    }
    return { tag, index, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Runs scripts in order up to the first that fails. */
export function runScripts(db: DatabaseSync, scripts: Script[]): ScriptFailure | null {
  for (const script of scripts) {
    const failure = runScript(db, script);
    if (failure) return failure;
  }
  return null;
}

/** The app's tables, in the order in which they were made. Virtual tables and their parts are left out. */
export function appTables(db: DatabaseSync): string[] {
  const rows = db.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid",
  ).all();
  return rows.map(({ name }) => String(name)).filter((name) => !isSystemTable(name));
}

/** The columns of a table; empty when there is none. */
export function columnsOf(db: DatabaseSync, table: string): ShadowColumn[] {
  return db.prepare(
    'SELECT name, type, "notnull" AS required, pk, hidden FROM pragma_table_xinfo(?)',
  ).all(table)
    .map((row) => ({
      name: String(row.name),
      type: String(row.type),
      notNull: Number(row.required) === 1,
      key: Number(row.pk),
      generated: Number(row.hidden) >= 2,
    }));
}

/** The foreign keys of a table. */
export function foreignKeysOf(db: DatabaseSync, table: string): ShadowForeignKey[] {
  const keys = new Map<number, ShadowForeignKey>();
  const rows = db.prepare(
    'SELECT id, "table" AS parent, "from" AS source, "to" AS target, on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq',
  ).all(table);
  for (const row of rows) {
    const id = Number(row.id);
    const key = keys.get(id) ??
      { parent: String(row.parent), columns: [], onDelete: String(row.on_delete) };
    key.columns.push({
      from: String(row.source),
      to: row.target === null ? "" : String(row.target),
    });
    keys.set(id, key);
  }
  return [...keys.values()];
}

/** All rows of a table, each as its values by column. */
export function rowsOf(db: DatabaseSync, table: string): Record<string, unknown>[] {
  const statement = db.prepare(`SELECT * FROM ${quoteName(table)}`);
  statement.setReadBigInts(true);
  return statement.all();
}
