import type { DatabaseSync } from "node:sqlite";
import { isSystemTable } from "../system_tables.ts";
import { tokenize } from "../tokens.ts";

/** A column as far as the linter asks. */
export interface ShapeColumn {
  name: string;
  notNull: boolean;
  hasDefault: boolean;
  /** Part of the primary key. */
  isKey: boolean;
  generated: boolean;
}

/** A table with what hangs on it. Names are as declared; the maps of a Shape go by lower case. */
export interface ShapeTable {
  name: string;
  columns: Map<string, ShapeColumn>;
  foreignKeys: { parent: string; columns: string[] }[];
  indexes: { name: string; unique: boolean; partial: boolean; columns: string[]; made: boolean }[];
  /** How many CHECK constraints it has. */
  checks: number;
}

/** The app's tables, by lower-case name. */
export type Shape = Map<string, ShapeTable>;

const TABLES =
  "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid";
const COLUMNS =
  `SELECT m.name AS t, c.name, c."notnull" AS required, c.dflt_value IS NOT NULL AS preset, c.pk, c.hidden
  FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.rootpage > 0`;
const KEYS = `SELECT m.name AS t, k.id, k."table" AS parent, k."from" AS source
  FROM sqlite_schema m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table' AND m.rootpage > 0 ORDER BY k.id, k.seq`;
const INDEXES =
  `SELECT m.name AS t, i.name, i."unique" AS is_unique, i.partial, i.origin, p.name AS part
  FROM sqlite_schema m, pragma_index_list(m.name) i, pragma_index_info(i.name) p
  WHERE m.type = 'table' AND m.rootpage > 0 ORDER BY i.seq, p.seqno`;

/** Reads the app's tables out of a database. */
export function shapeOf(db: DatabaseSync): Shape {
  const shape: Shape = new Map();
  for (const { name, sql } of db.prepare(TABLES).all()) {
    if (isSystemTable(String(name))) continue;
    shape.set(low(name), {
      name: String(name),
      columns: new Map(),
      foreignKeys: [],
      indexes: [],
      checks: tokenize(String(sql)).filter(({ kind, text }) => kind === "word" && text === "CHECK")
        .length,
    });
  }
  for (const row of db.prepare(COLUMNS).all()) {
    shape.get(low(row.t))?.columns.set(low(row.name), {
      name: String(row.name),
      notNull: Number(row.required) === 1,
      hasDefault: Number(row.preset) === 1,
      isKey: Number(row.pk) > 0,
      generated: Number(row.hidden) >= 2,
    });
  }
  const keys = new Map<string, ShapeTable["foreignKeys"][0]>();
  for (const row of db.prepare(KEYS).all()) {
    const id = `${low(row.t)} ${row.id}`;
    const known = keys.get(id);
    if (known) {
      known.columns.push(low(row.source));
      continue;
    }
    const key = { parent: low(row.parent), columns: [low(row.source)] };
    keys.set(id, key);
    shape.get(low(row.t))?.foreignKeys.push(key);
  }
  for (const row of db.prepare(INDEXES).all()) {
    const indexes = shape.get(low(row.t))?.indexes;
    const known = indexes?.find(({ name }) => name === String(row.name));
    // A part without name is an expression.
    const part = row.part === null ? "" : low(row.part);
    if (known) known.columns.push(part);
    else {
      indexes?.push({
        name: String(row.name),
        unique: Number(row.is_unique) === 1,
        partial: Number(row.partial) === 1,
        columns: [part],
        made: row.origin === "c",
      });
    }
  }
  return shape;
}

/** Whether SQLite finds the rows of a foreign key without reading the whole table. */
export function isIndexed({ columns, indexes }: ShapeTable, wanted: string[]): boolean {
  const keys = [...columns.values()].filter(({ isKey }) => isKey);
  if (wanted.length === 1 && keys.length === 1 && low(keys[0]!.name) === wanted[0]) return true;
  return indexes.some((index) =>
    !index.partial &&
    wanted.every((column) => index.columns.slice(0, wanted.length).includes(column))
  );
}

function low(value: unknown): string {
  return String(value).toLowerCase();
}
