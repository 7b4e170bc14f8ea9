import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

/** What node:sqlite has in Node 24 and Deno 2.9, and its type declarations do not name yet. */
export interface RowStatement {
  all(...values: SQLInputValue[]): SQLOutputValue[][];
  iterate(...values: SQLInputValue[]): Iterable<SQLOutputValue[]>;
  columns(): { name: string }[];
  setReadBigInts(enabled: boolean): void;
}

/** `sqlite3_set_authorizer`: action code (https://sqlite.org/c3ref/c_alter_table.html) and its two arguments. */
export type Authorizer = (action: number, first: string | null, second: string | null) => 0 | 1 | 2;

/** Prepares a statement whose rows are arrays. Throws what SQLite throws. */
export function prepareRows(db: DatabaseSync, sql: string): RowStatement {
  const statement: StatementSync & { setReturnArrays?(enabled: boolean): void } = db.prepare(sql);
  if (!statement.setReturnArrays) {
    throw new Error("This build's SQLite is too old to serve an app: Deno 2.9 or newer is needed");
  }
  statement.setReturnArrays(true);
  return statement as unknown as RowStatement;
}

/** Sets the authorizer; false where this engine has none. */
export function setAuthorizer(db: DatabaseSync, authorizer: Authorizer): boolean {
  const capable: DatabaseSync & { setAuthorizer?(callback: Authorizer): void } = db;
  if (!capable.setAuthorizer) return false;
  capable.setAuthorizer(authorizer);
  return true;
}
