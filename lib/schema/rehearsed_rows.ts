import type { DatabaseSync } from "node:sqlite";
import { classify } from "./classify.ts";
import { columnsOf, foreignKeysOf, rowsOf } from "./shadow.ts";
import { splitStatements } from "./statements.ts";
import { quoteName } from "./tokens.ts";

/** What a script did to the rows of one table. */
export interface RehearsedTable {
  tag: string;
  /** Its name before the script. */
  table: string;
  /** Rows. */
  before: number;
  after: number;
  /** Rows that are still there with another value in a column that still exists; 0 when not compared. */
  changed: number;
  /** False: too many rows to compare each, only counted. */
  compared: boolean;
  lost: number;
  /** Values of columns with a foreign key that became NULL. */
  unlinked: number;
  /** Columns that are gone, renamed ones aside; all of them when the table is gone. */
  columnsLost: string[];
  /** The table itself is gone, not renamed. */
  dropped: boolean;
  /** Some of the lost rows, as `id 1`; only where the rows are real. */
  lostKeys?: string[];
}

/** Where tables and columns went: `a` -> `b`, `b.c` -> `b.d`, in lower case. */
export type Renames = Map<string, string>;

/** A table before a script. */
export interface TableBefore {
  table: string;
  columns: string[];
  linked: string[];
  primaryKey: string[];
  count: number;
  /** Values of columns with a foreign key that are NULL. */
  nulls: number;
  /** Null: more than the limit. */
  rows: Record<string, unknown>[] | null;
}

/** Looks at a table; reads its rows when there are at most `limit`. */
export function lookAt(db: DatabaseSync, table: string, limit: number): TableBefore {
  const columns = columnsOf(db, table);
  const linked = foreignKeysOf(db, table).flatMap((key) => key.columns.map(({ from }) => from));
  const { count, nulls } = countOf(db, table, linked);
  return {
    table,
    columns: columns.map(({ name }) => name),
    linked,
    primaryKey: columns.filter(({ key }) => key > 0).toSorted((a, b) => a.key - b.key)
      .map(({ name }) => name),
    count,
    nulls,
    rows: count <= limit ? rowsOf(db, table) : null,
  };
}

/** What the statements of a script rename. */
export function renamesOf(statements: string[]): Renames {
  const tables: Renames = new Map(), columns: Renames = new Map();
  const created = new Set<string>();
  for (const statement of statements.flatMap((text) => splitStatements(text))) {
    const { verb, target, to, column } = classify(statement);
    const table = target?.toLowerCase() ?? "";
    if (verb === "CREATE TABLE") created.add(table);
    // A table made in the same script that takes a name is a rebuild, not a rename.
    if (verb === "ALTER TABLE RENAME TO" && to && !created.has(table)) {
      // Over a third name it is still one rename.
      const first = [...tables].find(([, name]) => name === table)?.[0] ?? table;
      tables.set(first, to.toLowerCase());
    }
    if (verb === "ALTER TABLE RENAME COLUMN" && to && column) {
      columns.set(`${table}.${column.toLowerCase()}`, to);
    }
  }
  return new Map([...tables, ...columns]);
}

/** Compares a table with what is left of it. `now`: names of all tables by lower-case name. */
export function compareRows(
  db: DatabaseSync,
  tag: string,
  state: TableBefore,
  renames: Renames,
  now: Map<string, string>,
): RehearsedTable {
  const { table, columns, linked, rows, count } = state;
  const name = now.get(renames.get(table.toLowerCase()) ?? table.toLowerCase());
  const report = { tag, table, before: count };
  if (!name) {
    const gone = { lost: count, unlinked: 0, columnsLost: columns, dropped: true };
    return { ...report, after: 0, changed: 0, compared: true, ...gone };
  }
  const has = new Map(columnsOf(db, name).map((item) => [item.name.toLowerCase(), item.name]));
  const pairs = columns.flatMap((from) => {
    const renamed = renames.get(`${name.toLowerCase()}.${from.toLowerCase()}`) ??
      renames.get(`${table.toLowerCase()}.${from.toLowerCase()}`);
    const to = has.get((renamed ?? from).toLowerCase());
    return to === undefined ? [] : [{ from, to }];
  });
  const links = pairs.filter(({ from }) => linked.includes(from)).map(({ to }) => to);
  const left = countOf(db, name, links);
  const lost = Math.max(0, count - left.count);
  const kept = rows && keptOf(rows, rowsOf(db, name), pairs);
  return {
    ...report,
    after: left.count,
    changed: kept === null ? 0 : Math.max(0, count - kept - lost),
    compared: kept !== null,
    lost,
    unlinked: lost > 0 || links.length < linked.length ? 0 : Math.max(0, left.nulls - state.nulls),
    columnsLost: columns.filter((column) => !pairs.some(({ from }) => from === column)),
    dropped: false,
  };
}

type Row = Record<string, unknown>;

/** How many rows are there again, value by value. */
function keptOf(rows: Row[], left: Row[], pairs: { from: string; to: string }[]): number {
  const key = (row: Row, side: "from" | "to") =>
    pairs.map((pair) => text(row[pair[side]])).join("\u0000");
  const remaining = new Map<string, number>();
  for (const row of left) remaining.set(key(row, "to"), (remaining.get(key(row, "to")) ?? 0) + 1);
  let kept = 0;
  for (const row of rows) {
    const count = remaining.get(key(row, "from")) ?? 0;
    if (count === 0) continue;
    kept++;
    remaining.set(key(row, "from"), count - 1);
  }
  return kept;
}

function countOf(
  db: DatabaseSync,
  table: string,
  linked: string[],
): { count: number; nulls: number } {
  const sums = linked.map((column) => ` + count(*) - count(${quoteName(column)})`).join("");
  const row = db.prepare(`SELECT count(*) AS n, 0${sums} AS nulls FROM ${quoteName(table)}`).get();
  return { count: Number(row?.n), nulls: Number(row?.nulls) };
}

function text(value: unknown): string {
  return value instanceof Uint8Array
    ? `x${Array.from(value).join(",")}`
    : `${typeof value}:${String(value)}`;
}
