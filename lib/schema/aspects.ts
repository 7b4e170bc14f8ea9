import type { DatabaseSync } from "node:sqlite";
import { sqlShape } from "./sql_shape.ts";
import { readTableText } from "./table_text.ts";

/**
 * What a table or view is to those who use it, part by part: "column `title`", "index `posts_title`", and
 * what that part is, in a form that can be compared. The order of columns, the kind of quotes, and names
 * of keys, which SQLite does not keep, are left out.
 */
export type Aspects = Map<string, string>;

/** The parts of a table with its indexes. A table that does not exist has none. */
export function tableAspects(db: DatabaseSync, table: string): Aspects {
  const aspects: Aspects = new Map();
  const rows = (sql: string) => db.prepare(sql).all(table);
  const [made] = rows(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE",
  );
  if (!made) return aspects;
  const text = readTableText(String(made.sql));
  aspects.set("name", `${made.name}`);
  if (text.autoincrement) aspects.set("autoincrement", "");
  for (const [check, value] of text.checks) aspects.set(`check \`${check}\``, value);
  for (const row of rows("SELECT * FROM pragma_table_xinfo(?)")) {
    const { name, type, notnull, dflt_value, pk, hidden } = row;
    const given = dflt_value === null ? null : sqlShape(String(dflt_value));
    const rest = text.columns.get(String(name).toLowerCase()) ?? "";
    const value = [name, String(type).toUpperCase(), notnull, given, pk, hidden, rest];
    aspects.set(`column \`${String(name).toLowerCase()}\``, JSON.stringify(value));
  }
  for (const [key, actions] of foreignKeys(db, table)) aspects.set(key, actions);
  const indexes = rows(
    `SELECT i.name, i.origin, i."unique", s.sql FROM pragma_index_list(?) i
     LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = i.name`,
  );
  for (const { name, origin, sql } of indexes) {
    if (sql !== null) aspects.set(`index \`${name}\``, sqlShape(String(sql)));
    else aspects.set(`key ${origin} ${keyColumns(db, String(name))}`, "");
  }
  return aspects;
}

/** A view as one part. */
export function viewAspects(db: DatabaseSync, view: string): Aspects {
  const made = db.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'view' AND name = ? COLLATE NOCASE",
  ).get(view);
  return new Map(made ? [["definition", `${made.name} ${sqlShape(String(made.sql))}`]] : []);
}

/** The parts in which two things differ. */
export function differingAspects(a: Aspects, b: Aspects): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
}

/** By columns and parent; the same reference may be made twice, with different actions. */
function foreignKeys(db: DatabaseSync, table: string): Map<string, string> {
  const keys = new Map<unknown, Record<string, unknown>[]>();
  for (
    const row of db.prepare("SELECT * FROM pragma_foreign_key_list(?) ORDER BY seq").all(table)
  ) {
    keys.set(row.id, [...keys.get(row.id) ?? [], row]);
  }
  const all = [...keys.values()].map((rows) => {
    const pairs = rows.map(({ from, to }) => `${from} -> ${to}`.toLowerCase()).join(", ");
    const { table: parent, on_update, on_delete, match } = rows[0]!;
    const name = `foreign key ${String(parent).toLowerCase()} (${pairs})`;
    return { name, actions: `${on_update} ${on_delete} ${match}` };
  });
  const result = new Map<string, string>();
  for (const { name, actions } of all.sort((a, b) => (a.actions < b.actions ? -1 : 1))) {
    result.set(name, `${result.get(name) ?? ""}${actions};`);
  }
  return result;
}

function keyColumns(db: DatabaseSync, index: string): string {
  return db.prepare("SELECT name, coll FROM pragma_index_xinfo(?) WHERE key = 1").all(index)
    .map(({ name, coll }) => `${name} ${coll}`.toLowerCase()).join(", ");
}
