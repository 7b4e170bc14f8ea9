import type { DatabaseSync } from "node:sqlite";
import { classify } from "./classify.ts";
import {
  appTables,
  columnsOf,
  foreignKeysOf,
  rowsOf,
  runScript,
  type Script,
  type ScriptFailure,
} from "./shadow.ts";
import { splitStatements } from "./statements.ts";
import { fillTables } from "./synthetic_rows.ts";

/** What a script did to the rows of one table. */
export interface RehearsedTable {
  tag: string;
  /** Its name before the script. */
  table: string;
  /** Rows. */
  before: number;
  after: number;
  /** Rows that are still there with another value in a column that still exists. */
  changed: number;
  lost: number;
  /** Values of columns with a foreign key that became NULL. */
  unlinked: number;
  /** Columns that are gone, renamed ones aside; all of them when the table is gone. */
  columnsLost: string[];
  /** The table itself is gone, not renamed. */
  dropped: boolean;
}

/** The outcome of trying scripts on rows. */
export interface Rehearsal {
  tables: RehearsedTable[];
  /** The script that failed; those behind it were not tried. */
  failure: ScriptFailure | null;
  /** Duration, ms. */
  ms: number;
}

interface Before {
  table: string;
  columns: string[];
  linked: string[];
  rows: Record<string, unknown>[];
}

/**
 * Runs scripts on a shadow whose tables have made-up rows, and tells what became of the rows. Tables
 * that a script made are filled before the next one.
 */
export function rehearse(db: DatabaseSync, scripts: Script[]): Rehearsal {
  const start = performance.now();
  const tables: RehearsedTable[] = [];
  for (const script of scripts) {
    fillTables(db);
    const before = appTables(db).map((table): Before => ({
      table,
      columns: columnsOf(db, table).map(({ name }) => name),
      linked: foreignKeysOf(db, table).flatMap(({ columns }) => columns.map(({ from }) => from)),
      rows: rowsOf(db, table),
    }));
    const failure = runScript(db, script);
    if (failure) return { tables, failure, ms: since(start) };
    const renames = renamesOf(script.statements);
    const now = new Map(appTables(db).map((table) => [table.toLowerCase(), table]));
    tables.push(...before.map((state) => compare(db, script.tag, state, renames, now)));
  }
  return { tables, failure: null, ms: since(start) };
}

/** Where tables and columns went: `a` -> `b`, `b.c` -> `b.d`, in lower case. */
function renamesOf(statements: string[]): Map<string, string> {
  const renames = new Map<string, string>();
  const created = new Set<string>();
  for (const statement of statements.flatMap((text) => splitStatements(text))) {
    const { verb, target, to, column } = classify(statement);
    const table = target?.toLowerCase() ?? "";
    if (verb === "CREATE TABLE") created.add(table);
    // A table made in the same script that takes a name is a rebuild, not a rename.
    if (verb === "ALTER TABLE RENAME TO" && to && !created.has(table)) {
      renames.set(table, to.toLowerCase());
    }
    if (verb === "ALTER TABLE RENAME COLUMN" && to && column) {
      renames.set(`${table}.${column.toLowerCase()}`, to);
    }
  }
  return renames;
}

function compare(
  db: DatabaseSync,
  tag: string,
  { table, columns, linked, rows }: Before,
  renames: Map<string, string>,
  now: Map<string, string>,
): RehearsedTable {
  const name = now.get(renames.get(table.toLowerCase()) ?? table.toLowerCase());
  const report = { tag, table, before: rows.length };
  if (!name) {
    return {
      ...report,
      after: 0,
      changed: 0,
      lost: rows.length,
      unlinked: 0,
      columnsLost: columns,
      dropped: true,
    };
  }
  const has = new Map(
    columnsOf(db, name).map((column) => [column.name.toLowerCase(), column.name]),
  );
  const pairs = columns.flatMap((from) => {
    const renamed = renames.get(`${name.toLowerCase()}.${from.toLowerCase()}`) ??
      renames.get(`${table.toLowerCase()}.${from.toLowerCase()}`);
    const to = has.get((renamed ?? from).toLowerCase());
    return to === undefined ? [] : [{ from, to }];
  });
  const left = rowsOf(db, name);
  const key = (row: Record<string, unknown>, side: "from" | "to") =>
    pairs.map((pair) => text(row[pair[side]])).join("\u0000");
  const remaining = new Map<string, number>();
  for (const row of left) remaining.set(key(row, "to"), (remaining.get(key(row, "to")) ?? 0) + 1);
  let kept = 0;
  for (const row of rows) {
    const count = remaining.get(key(row, "from")) ?? 0;
    if (count > 0) {
      kept++;
      remaining.set(key(row, "from"), count - 1);
    }
  }
  const lost = Math.max(0, rows.length - left.length);
  const nulls = (values: Record<string, unknown>[], side: "from" | "to") =>
    pairs.filter(({ from }) => linked.includes(from))
      .reduce((sum, pair) => sum + values.filter((row) => row[pair[side]] === null).length, 0);
  return {
    ...report,
    after: left.length,
    changed: Math.max(0, rows.length - kept - lost),
    lost,
    unlinked: lost > 0 ? 0 : Math.max(0, nulls(left, "to") - nulls(rows, "from")),
    columnsLost: columns.filter((column) => !pairs.some(({ from }) => from === column)),
    dropped: false,
  };
}

function text(value: unknown): string {
  return value instanceof Uint8Array
    ? `x${Array.from(value).join(",")}`
    : `${typeof value}:${String(value)}`;
}

function since(start: number): number {
  return Math.round((performance.now() - start) * 10) / 10;
}
