import type { DatabaseSync } from "node:sqlite";
import {
  appTables,
  columnsOf,
  foreignKeysOf,
  type ShadowColumn,
  type ShadowForeignKey,
} from "./shadow.ts";
import { quoteName } from "./tokens.ts";

/** Rows per table: two, so that losing one of them shows. */
const ROWS = 2;

/** What the tables of a shadow look like, by lower-case name. */
type Shape = Map<string, { name: string; columns: ShadowColumn[]; keys: ShadowForeignKey[] }>;

/**
 * Puts rows that refer to each other into every empty table of a shadow, so that a rehearsal shows
 * what a migration does to rows. Every value follows from table, column and row number; a column with a
 * foreign key has the value of the column that it refers to. CHECK constraints and triggers are not
 * observed: no made-up value can satisfy them all.
 *
 * @param only the tables to fill, in lower case; all by default
 */
export function fillTables(db: DatabaseSync, only?: Set<string>): void {
  if (only && ![...only].some((name) => isEmpty(db, name))) return;
  const shape = shapeOf(db);
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  db.exec("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; BEGIN");
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${quoteName(String(name))}`);
  for (const [lower, { name, columns }] of shape) {
    if (only && !only.has(lower)) continue;
    const settable = columns.filter(({ generated }) => !generated);
    if (!isEmpty(db, name) || settable.length === 0) continue;
    const names = settable.map((column) => quoteName(column.name)).join(", ");
    const marks = settable.map(() => "?").join(", ");
    // OR IGNORE: a unique expression index may see the same value twice.
    const insert = db.prepare(
      `INSERT OR IGNORE INTO ${quoteName(name)} (${names}) VALUES (${marks})`,
    );
    for (let row = 1; row <= ROWS; row++) {
      insert.run(...settable.map((column) => valueOf(shape, name, column.name, row)));
    }
  }
  for (const { sql } of triggers) db.exec(String(sql));
  db.exec("COMMIT; PRAGMA foreign_keys = ON");
}

function isEmpty(db: DatabaseSync, table: string): boolean {
  return db.prepare(`SELECT 1 FROM ${quoteName(table)} LIMIT 1`).get() === undefined;
}

function shapeOf(db: DatabaseSync): Shape {
  const system = db.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'es\\_system\\_\\_auth\\_%' ESCAPE '\\'",
  )
    .all().map(({ name }) => String(name));
  const names = [...system, ...appTables(db)];
  return new Map(
    names.map((
      name,
    ) => [name.toLowerCase(), {
      name,
      columns: columnsOf(db, name),
      keys: foreignKeysOf(db, name),
    }]),
  );
}

function valueOf(
  shape: Shape,
  table: string,
  column: string,
  row: number,
  seen: string[] = [],
): string | number {
  const id = `${table}.${column}`.toLowerCase();
  const entry = shape.get(table.toLowerCase());
  const own = entry?.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
  for (const key of seen.includes(id) ? [] : entry?.keys ?? []) {
    const index = key.columns.findIndex(({ from }) => from.toLowerCase() === column.toLowerCase());
    const parent = shape.get(key.parent.toLowerCase());
    if (index < 0 || !parent) continue;
    const target = key.columns[index]!.to ||
      parent.columns.find(({ key: at }) => at === index + 1)?.name;
    if (target) return valueOf(shape, parent.name, target, row, [...seen, id]);
  }
  return isText(own?.type ?? "") ? `${column} ${row}` : row;
}

/** SQLite's rule for text affinity (https://sqlite.org/datatype3.html, 3.1), and types without affinity. */
function isText(type: string): boolean {
  return !/INT/i.test(type) && /CHAR|CLOB|TEXT|BLOB/i.test(type);
}
