import type { DatabaseSync } from "node:sqlite";
import { openShadow } from "../../../lib/schema/shadow.ts";
import { isSystemTable } from "../../../lib/schema/system_tables.ts";
import { quoteName, tokenize } from "../../../lib/schema/tokens.ts";

/** Runs files as D1 does: one transaction each, foreign keys on and deferred. */
export function replayFiles(files: string[][], db: DatabaseSync = openShadow()): DatabaseSync {
  for (const statements of files) {
    db.exec("BEGIN; PRAGMA defer_foreign_keys = ON");
    for (const statement of statements) db.exec(statement);
    db.exec("COMMIT");
  }
  return db;
}

/**
 * What a database is to those who use it: columns, keys, references, checks, indexes, views and
 * triggers, without the order of columns, the kind of quotes and the names that SQLite does not keep.
 */
export function structureOf(db: DatabaseSync): Record<string, unknown> {
  const rows = (sql: string, ...values: string[]) =>
    db.prepare(sql).all(...values).map((row) => ({ ...row }));
  const objects = rows("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
    .filter(({ tbl_name }) => !isSystemTable(String(tbl_name)));
  return Object.fromEntries(objects.flatMap(({ type, name, sql }): [string, unknown][] => {
    const key = `${type} ${name}`;
    if (type !== "table") return sql === null ? [] : [[key, shape(String(sql))]];
    const table = String(name);
    return [[key, {
      columns: rows(
        'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY name',
        table,
      ),
      references: rows(
        'SELECT "table", "from", "to", on_update, on_delete, seq FROM pragma_foreign_key_list(?) ORDER BY 1, 2, 3, 4, 5, 6',
        table,
      ),
      indexes: rows(
        'SELECT name, "unique", origin, partial FROM pragma_index_list(?) ORDER BY name',
        table,
      )
        .filter(({ origin }) => origin === "c"),
      keys: rows("SELECT origin FROM pragma_index_list(?) WHERE origin <> 'c'", table).length,
      parts: parts(String(sql)),
    }]];
  }));
}

/** All rows of all tables, as sorted texts; two databases with the same rows are equal in it. */
export function contentOf(db: DatabaseSync): Record<string, string[]> {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all().map(({ name }) => String(name)).filter((name) => !isSystemTable(name));
  return Object.fromEntries(tables.map((table) => [
    table,
    db.prepare(`SELECT * FROM ${quoteName(table)}`).all()
      .map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))
      .sort(),
  ]));
}

/** The parts of a CREATE TABLE that no pragma tells: checks, generated columns, AUTOINCREMENT. */
function parts(sql: string): string[] {
  const words = shape(sql);
  const found = words.match(/AUTOINCREMENT|(CONSTRAINT \S+ )?CHECK \(|AS \(/g) ?? [];
  const bodies = [...words.matchAll(/(?:CHECK|AS) \(/g)].map(({ index }) => {
    let depth = 0, at = index;
    do {
      at = words.slice(at).search(/[()]/) + at;
      depth += words[at] === "(" ? 1 : -1;
      at++;
    } while (depth > 0);
    return words.slice(index, at);
  });
  return [...found, ...bodies].sort();
}

function shape(sql: string): string {
  return tokenize(sql).filter(({ kind }) => kind !== "comment")
    .map(({ kind, text }) => (kind === "name" ? text.toUpperCase() : text)).join(" ");
}
