import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import { Failure } from "../../../failure.ts";
import { upgrade } from "./schema.ts";
import type { ControlDb } from "./store.ts";

/** One statement as drizzle hands it over. */
interface Query {
  sql: string;
  params: unknown[];
  method: "run" | "all" | "values" | "get";
}

/** Newer bindings can give rows as lists. */
type ArrayStatement = StatementSync & { setReturnArrays?(enabled: boolean): void };

/** Opens an existing file. Apart from `store.ts`, so that commands without state never load drizzle. */
export function connect(file: string): [DatabaseSync, ControlDb] {
  const database = open(file);
  const run = (query: Query) => execute(database, query);
  const db = drizzle(
    (sql, params, method) => Promise.resolve().then(() => run({ sql, params, method })),
    (queries) => Promise.resolve().then(() => whole(database, () => queries.map(run))),
  );
  return [database, db];
}

function open(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec("PRAGMA busy_timeout = 10000");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = NORMAL");
    upgrade(database, file);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "failed",
      "CONTROL_BROKEN",
      `Cannot open \`${file}\`: ${(cause as Error).message}`,
      {
        hint:
          "Check that your user may write the file and its folder; if it is damaged, restore it from a copy",
        details: { file },
        cause,
      },
    );
  }
}

/** Runs synchronously, so that nothing else of this process comes between begin and commit. */
function whole<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function execute(database: DatabaseSync, query: Query): { rows: unknown[] } {
  const statement = database.prepare(query.sql);
  const params = query.params as SQLInputValue[];
  if (query.method === "run") {
    statement.run(...params);
    return { rows: [] };
  }
  const rows = arrays(statement, params);
  // drizzle takes the one row of `get` in the place of the list.
  return query.method === "get" ? { rows: rows[0] as unknown[] } : { rows };
}

/** Rows as lists in column order. A binding without that mode has objects with the same order. */
function arrays(statement: ArrayStatement, params: SQLInputValue[]): unknown[][] {
  statement.setReturnArrays?.(true);
  return statement.all(...params).map((row) => Array.isArray(row) ? row : Object.values(row));
}
