import type { SQLInputValue } from "node:sqlite";
import type {
  D1Binding,
  D1ExecResult,
  D1Meta,
  D1Result,
  D1Session,
  D1Statement,
} from "../../../runtime/d1.ts";
import { Connection, type Executed, isBusy } from "./d1_connection.ts";
import { d1Error, toD1Error } from "./d1_errors.ts";
import { LocalSession } from "./d1_session.ts";
import { LocalStatement, partsOf, type Runner } from "./d1_statement.ts";

/** How long a statement waits for another connection that writes, ms. */
const BUSY_LIMIT = 10_000;

/** D1's binding over a SQLite file. tests/conformance/d1 holds it against D1 itself. */
export class LocalD1 implements D1Binding {
  readonly #connection: Connection;
  readonly #runner: Runner;

  /** @param options.wall see Connection; on for the app, off for the platform's own statements. */
  constructor(file: string, options: { wall: boolean }) {
    this.#connection = new Connection(file, options);
    this.#runner = {
      rows: (sql, values, columnNames) =>
        this.#attempt(() => {
          const { rows, columns } = this.#execute(sql, values);
          return columnNames ? [columns, ...rows] : rows;
        }),
      result: <T>(sql: string, values: SQLInputValue[]) =>
        this.#attempt(() => this.#result<T>(sql, values)),
    };
  }

  prepare(sql: string): D1Statement {
    return new LocalStatement({ runner: this.#runner, sql: String(sql), values: [] });
  }

  async batch<T = unknown>(statements: D1Statement[]): Promise<D1Result<T>[]> {
    const parts = partsOf(statements).filter(({ sql }) => saysSomething(sql));
    if (parts.length === 0) throw d1Error("No SQL statements detected.");
    return await this.#attempt(() =>
      this.#connection.transaction(
        parts.map(({ sql }) => sql),
        () => parts.map(({ sql, values }) => this.#result<T>(sql, values)),
      )
    );
  }

  async exec(sql: string): Promise<D1ExecResult> {
    const start = performance.now();
    const lines = String(sql).trim().split("\n");
    const said = lines.filter(saysSomething);
    try {
      if (said.length === 0) throw d1Error("No SQL statements detected.");
      await this.#attempt(() =>
        this.#connection.transaction(said, () => said.map((line) => this.#execute(line, [])))
      );
    } catch (error) {
      const { cause } = toD1Error(error);
      // D1 names the first line whichever fails.
      const where = `Error in line 1: ${lines[0]}`;
      throw d1Error(`${where}: ${cause instanceof Error ? cause.message : error}`, "D1_EXEC_ERROR");
    }
    return { count: said.length, duration: performance.now() - start };
  }

  withSession(constraint?: string): D1Session {
    return new LocalSession(this.#runner, (statements) => this.batch(statements), constraint);
  }

  dump(): Promise<never> {
    return Promise.reject(d1Error("Status 404", "D1_DUMP_ERROR"));
  }

  close(): void {
    this.#connection.close();
  }

  /** Runs one statement now. */
  #execute(sql: string, values: SQLInputValue[]): Executed {
    if (!saysSomething(sql)) throw d1Error("No SQL statements detected.");
    return this.#connection.execute(sql, values);
  }

  /** Runs one statement now and gives rows as objects. */
  #result<T>(sql: string, values: SQLInputValue[]): D1Result<T> {
    const start = performance.now();
    const { rows, columns, changes } = this.#execute(sql, values);
    const results = rows.map((row) =>
      Object.fromEntries(columns.map((name, index) => [name, row[index]])) as T
    );
    return { success: true, meta: this.#meta(start, changes, rows.length), results };
  }

  #attempt<T>(work: () => T): Promise<T> {
    try {
      return Promise.resolve(work());
    } catch (error) {
      return this.#after(error, work);
    }
  }

  /** Waits, without stopping the event loop, while another connection writes. */
  async #after<T>(failure: unknown, work: () => T): Promise<T> {
    let error = failure;
    for (let waited = 0, pause = 2;; waited += pause, pause = Math.min(pause * 2, 100)) {
      if (!isBusy(error) || waited >= BUSY_LIMIT) throw toD1Error(error);
      await new Promise((resolve) => setTimeout(resolve, pause));
      try {
        return work();
      } catch (next) {
        error = next;
      }
    }
  }

  #meta(start: number, changes: number, rows: number): D1Meta {
    const duration = performance.now() - start;
    return {
      served_by: "local",
      served_by_primary: true,
      total_attempts: 1,
      timings: { sql_duration_ms: duration },
      duration,
      changes,
      last_row_id: this.#connection.lastRowId,
      changed_db: changes > 0,
      size_after: this.#connection.size(),
      rows_read: rows,
      rows_written: changes,
    };
  }
}

/** D1 leaves out texts of nothing but white space and lines of `--` comments. */
function saysSomething(sql: string): boolean {
  // Nearly every text is told by its first letter.
  return /^\s*[a-z]/i.test(sql) || sql.replace(/^\s*--.*/gm, "").trim() !== "";
}
