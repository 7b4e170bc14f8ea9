import type { DatabaseSync } from "node:sqlite";
import { Failure } from "../../failure.ts";
import { StatementRejected } from "../migration_errors.ts";
import type { ResultSet } from "../app_database.ts";
import { addWall } from "./app/d1_authorizer.ts";
import { prepareRows, type RowStatement } from "./app/sqlite_extras.ts";
import { messageOf } from "./database_failures.ts";

type Value = null | number | bigint | string | Uint8Array;

/** How a statement is run. */
export interface RunOptions {
  /** Read no more rows than this. */
  limit?: number;
  /** SQLite itself refuses everything but reading and writing rows of the app's own tables. */
  guarded?: boolean;
}

/**
 * Runs one statement and answers its rows as plain objects. Columns that share a name are told apart:
 * `id`, `id_2`.
 *
 * @throws Failure PARAMETER_TYPE (usage)
 */
export function runStatement(
  db: DatabaseSync,
  sql: string,
  params: unknown[],
  { limit, guarded = false }: RunOptions = {},
): ResultSet {
  const statement = guarded ? prepareGuarded(db, sql) : prepareRows(db, sql);
  statement.setReadBigInts(true);
  const columns = distinct(statement.columns().map(({ name }) => name));
  const before = totalChanges(db);
  const { rows, more } = read(statement, params.map(bind), limit);
  const wrote = totalChanges(db) > before;
  const changes = wrote ? Number(db.prepare("SELECT changes() AS n").get()?.n) : 0;
  return {
    columns,
    rows: rows.map((values) => plainRow(columns, values)),
    changes,
    ...(more ? { more } : {}),
  };
}

/**
 * Runs statements in order.
 *
 * @throws StatementRejected, which says which one
 */
export function runStatements(
  db: DatabaseSync,
  statements: { sql: string; params?: unknown[] }[],
  options: RunOptions,
): ResultSet[] {
  return statements.map(({ sql, params = [] }, index) => {
    try {
      return runStatement(db, sql, params, options);
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      throw new StatementRejected(index, messageOf(cause), { cause });
    }
  });
}

function read(
  statement: RowStatement,
  values: Value[],
  limit: number | undefined,
): { rows: Value[][]; more: boolean } {
  if (limit === undefined) return { rows: statement.all(...values), more: false };
  const rows: Value[][] = [];
  for (const row of statement.iterate(...values)) {
    if (rows.length === limit) return { rows, more: true };
    rows.push(row);
  }
  return { rows, more: false };
}

const walls = new WeakMap<DatabaseSync, { trusted: boolean }>();

function prepareGuarded(db: DatabaseSync, sql: string): RowStatement {
  let wall = walls.get(db);
  if (!wall) {
    const made = wall = { trusted: true };
    walls.set(db, made);
    addWall(db, () => made.trusted);
  }
  wall.trusted = false;
  try {
    return prepareRows(db, sql);
  } finally {
    wall.trusted = true;
  }
}

/** Tells a write from a read, also with RETURNING. */
function totalChanges(db: DatabaseSync): number {
  return Number(db.prepare("SELECT total_changes() AS n").get()?.n);
}

function distinct(names: string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let count = 2; used.has(free); count++) free = `${name}_${count}`;
    used.add(free);
    return free;
  });
}

function plainRow(columns: string[], values: Value[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, index) => [
    columns[index]!,
    typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value,
  ]));
}

function bind(value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (["number", "bigint", "string"].includes(typeof value) || value instanceof Uint8Array) {
    return value as Value;
  }
  throw new Failure(
    "usage",
    "PARAMETER_TYPE",
    `SQLite has no value like ${JSON.stringify(value)}`,
    {
      hint: "Give a text, a number, true, false or null",
    },
  );
}
