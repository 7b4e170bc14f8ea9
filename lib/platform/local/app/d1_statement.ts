import type { SQLInputValue } from "node:sqlite";
import type { D1Result, D1Statement } from "../../../runtime/d1.ts";
import { d1Error } from "./d1_errors.ts";
import { toSqlite } from "./d1_values.ts";

/** What a statement needs of its database. */
export interface Runner {
  /** Rows as arrays, after the names of the columns if `columnNames`. */
  rows(sql: string, values: SQLInputValue[], columnNames: boolean): Promise<unknown[][]>;
  result<T>(sql: string, values: SQLInputValue[]): Promise<D1Result<T>>;
}

interface Parts {
  runner: Runner;
  sql: string;
  values: SQLInputValue[];
}

let open: (statement: LocalStatement) => Parts;

/** A prepared statement. Nothing of it can be read or changed from outside: it has passed the guard. */
export class LocalStatement implements D1Statement {
  static {
    open = (statement) => statement.#parts;
    // An app that holds a statement must not be able to make another one past the guard.
    Object.defineProperty(this.prototype, "constructor", { value: undefined });
  }
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  bind(...values: unknown[]): D1Statement {
    return new LocalStatement({ ...this.#parts, values: values.map(toSqlite) });
  }

  async first<T = unknown>(column?: string): Promise<T | null> {
    const { results } = await this.all<Record<string, unknown>>();
    const row = results[0];
    if (row === undefined) return null;
    if (column === undefined) return row as T;
    if (row[column] !== undefined) return row[column] as T;
    throw new Error(`D1_COLUMN_NOTFOUND: Column not found (${column})`, {
      cause: new Error("Column not found"),
    });
  }

  all<T = unknown>(): Promise<D1Result<T>> {
    const { runner, sql, values } = this.#parts;
    return runner.result<T>(sql, values);
  }

  run<T = unknown>(): Promise<D1Result<T>> {
    return this.all<T>();
  }

  raw<T = unknown[]>(options?: { columnNames?: boolean }): Promise<T[]> {
    const { runner, sql, values } = this.#parts;
    return runner.rows(sql, values, options?.columnNames === true) as Promise<T[]>;
  }
}

/**
 * The text and the values of statements of this binding.
 *
 * @throws Error for anything else.
 */
export function partsOf(statements: readonly D1Statement[]): Parts[] {
  return statements.map((statement) => {
    if (statement instanceof LocalStatement) return open(statement);
    throw d1Error("batch takes statements that `prepare` of the same database made");
  });
}
