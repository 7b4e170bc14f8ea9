import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Failure } from "../../failure.ts";
import type { ResultSet } from "../platform.ts";

type Value = null | number | bigint | string | Uint8Array;

/**
 * Runs one statement and answers its rows as plain objects.
 *
 * @throws Failure PARAMETER_TYPE (usage)
 */
export function runStatement(db: DatabaseSync, sql: string, params: unknown[]): ResultSet {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  const before = totalChanges(db);
  const rows = statement.all(...params.map(bind)).map((row) =>
    plainRow(row as Record<string, Value>)
  );
  const wrote = totalChanges(db) > before;
  const changes = wrote ? Number(db.prepare("SELECT changes() AS n").get()?.n) : 0;
  return { columns: columnsOf(statement, rows), rows, changes };
}

/** Tells a write from a read, also with RETURNING. */
function totalChanges(db: DatabaseSync): number {
  return Number(db.prepare("SELECT total_changes() AS n").get()?.n);
}

function columnsOf(statement: StatementSync, rows: Record<string, unknown>[]): string[] {
  if (typeof statement.columns === "function") return statement.columns().map(({ name }) => name);
  return Object.keys(rows[0] ?? {});
}

function plainRow(row: Record<string, Value>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value,
    ]),
  );
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
