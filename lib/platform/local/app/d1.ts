import type { SQLInputValue } from "node:sqlite";
import type {
  D1Binding,
  D1ExecResult,
  D1Meta,
  D1Result,
  D1Statement,
} from "../../../runtime/d1.ts";
import { Connection, type Executed, isBusy } from "./d1_connection.ts";
import { d1Error, toD1Error } from "./d1_errors.ts";
import { fromSqlite, toSqlite } from "./d1_values.ts";

/** D1's limits (https://developers.cloudflare.com/d1/platform/limits/), kept so that an app behaves the same there. */
const MAX_PARAMETERS = 100;
const MAX_SQL_BYTES = 100_000;
/** How long a statement waits for another connection that writes, ms. */
const BUSY_LIMIT = 10_000;

/** D1's binding over a SQLite file. */
export class LocalD1 implements D1Binding {
  readonly #connection: Connection;
  #size: number;

  /** @param options.wall see Connection; on for the app, off for the platform's own statements. */
  constructor(file: string, options: { wall: boolean }) {
    this.#connection = new Connection(file, options);
    this.#size = this.#connection.size();
  }

  prepare(sql: string): D1Statement {
    return new Statement(this, String(sql), []);
  }

  async batch<T = unknown>(statements: D1Statement[]): Promise<D1Result<T>[]> {
    const own = statements.map((statement) => {
      if (statement instanceof Statement) return statement;
      throw d1Error("batch takes statements that `prepare` of the same database made");
    });
    if (own.length === 0) throw d1Error("No SQL statements detected.");
    return await this.attempt(() =>
      this.#connection.transaction(() => own.map(({ sql, values }) => this.result<T>(sql, values)))
    );
  }

  async exec(sql: string): Promise<D1ExecResult> {
    const start = performance.now();
    const lines = sql.trim().split("\n");
    for (const [index, line] of lines.entries()) {
      try {
        await this.attempt(() => this.execute(line, []));
      } catch (error) {
        const reason = error instanceof Error
          ? error.message.replace(/^D1_ERROR: /, "")
          : String(error);
        throw new Error(`D1_EXEC_ERROR: Error in line ${index + 1}: ${line}: ${reason}`);
      }
    }
    return { count: lines.length, duration: performance.now() - start };
  }

  close(): void {
    this.#connection.close();
  }

  /** Runs one statement now. */
  execute(sql: string, values: SQLInputValue[]): Executed {
    if (sql.length > MAX_SQL_BYTES / 3 && new TextEncoder().encode(sql).length > MAX_SQL_BYTES) {
      throw d1Error("statement too long: SQLITE_TOOBIG");
    }
    if (/^[\s;]*$/.test(sql)) throw d1Error("No SQL statements detected.");
    return this.#connection.execute(sql, values);
  }

  columns(sql: string): string[] {
    return this.#connection.columns(sql);
  }

  /** Runs one statement now and gives rows as objects. */
  result<T>(sql: string, values: SQLInputValue[]): D1Result<T> {
    const start = performance.now();
    const { rows, changes } = this.execute(sql, values);
    const names = rows.length > 0 ? this.columns(sql) : [];
    const results = rows.map((row) => {
      const object: Record<string, unknown> = {};
      for (const [index, name] of names.entries()) object[name] = fromSqlite(row[index] ?? null);
      return object as T;
    });
    return { success: true, meta: this.#meta(start, changes, rows.length), results };
  }

  /** Waits, without stopping the event loop, while another connection writes. */
  async attempt<T>(work: () => T): Promise<T> {
    for (let waited = 0, pause = 2;; waited += pause, pause = Math.min(pause * 2, 100)) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || waited >= BUSY_LIMIT) throw toD1Error(error);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  #meta(start: number, changes: number, rows: number): D1Meta {
    if (changes > 0) this.#size = this.#connection.size();
    return {
      served_by: "local",
      duration: performance.now() - start,
      changes,
      last_row_id: this.#connection.lastRowId,
      changed_db: changes > 0,
      size_after: this.#size,
      rows_read: rows,
      rows_written: changes,
    };
  }
}

class Statement implements D1Statement {
  constructor(
    readonly database: LocalD1,
    readonly sql: string,
    readonly values: SQLInputValue[],
  ) {}

  bind(...values: unknown[]): D1Statement {
    const converted = values.map(toSqlite);
    return new Statement(this.database, this.sql, converted);
  }

  async first<T = unknown>(column?: string): Promise<T | null> {
    const { results } = await this.all<Record<string, unknown>>();
    const row = results[0];
    if (row === undefined) return null;
    if (column === undefined) return row as T;
    if (!(column in row)) throw new Error("D1_ERROR: D1_COLUMN_NOTFOUND: Column not found");
    return row[column] as T;
  }

  async all<T = unknown>(): Promise<D1Result<T>> {
    this.#checkCount();
    return await this.database.attempt(() => this.database.result<T>(this.sql, this.values));
  }

  run<T = unknown>(): Promise<D1Result<T>> {
    return this.all<T>();
  }

  async raw<T = unknown[]>(options?: { columnNames?: boolean }): Promise<T[]> {
    this.#checkCount();
    const { rows } = await this.database.attempt(() =>
      this.database.execute(this.sql, this.values)
    );
    const converted: unknown[][] = rows.map((row) => row.map(fromSqlite));
    if (options?.columnNames) converted.unshift(this.database.columns(this.sql));
    return converted as T[];
  }

  #checkCount(): void {
    if (this.values.length > MAX_PARAMETERS) throw d1Error("too many SQL variables: SQLITE_ERROR");
  }
}
