import type { DatabaseSync } from "node:sqlite";
import { isSystemTable } from "../../schema/system_tables.ts";
import { quoteName } from "../../schema/tokens.ts";
import type { Loss } from "../migration_errors.ts";

/** Per table its rows, and per column with a foreign key how many of them refer to something. */
export type RowCounts = Map<string, { rows: number; references: Map<string, number> }>;

/** Counts the rows and references of every table of the app. */
export function countRows(db: DatabaseSync): RowCounts {
  const counts: RowCounts = new Map();
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
    .all();
  for (const { name } of tables) {
    const table = String(name);
    if (isSystemTable(table)) continue;
    const columns = db.prepare('SELECT DISTINCT "from" AS name FROM pragma_foreign_key_list(?)')
      .all(table)
      .map((row) => String(row.name));
    const list = ["count(*)", ...columns.map((column) => `count(${quoteName(column)})`)]
      .map((expression, index) => `${expression} AS c${index}`).join(", ");
    const row = db.prepare(`SELECT ${list} FROM ${quoteName(table)}`).get() ?? {};
    counts.set(table, {
      rows: Number(row.c0),
      references: new Map(columns.map((column, index) => [column, Number(row[`c${index + 1}`])])),
    });
  }
  return counts;
}

/** What became less. A table that is gone, or lost a column, is compared only by what is still there. */
export function lossesBetween(before: RowCounts, after: RowCounts): Loss[] {
  const losses: Loss[] = [];
  // Names may change their case without becoming others.
  const now = new Map([...after].map(([table, is]) => [table.toLowerCase(), is]));
  for (const [table, was] of before) {
    const is = now.get(table.toLowerCase());
    const rows = is?.rows ?? 0;
    if (rows < was.rows) {
      losses.push({ table, column: null, before: was.rows, after: rows });
      continue;
    }
    for (const [column, count] of was.references) {
      const left = is?.references.get(column);
      if (left !== undefined && left < count) {
        losses.push({ table, column, before: count, after: left });
      }
    }
  }
  return losses;
}
