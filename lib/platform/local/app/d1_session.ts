import type { D1Binding, D1Result, D1Session, D1Statement } from "../../../runtime/d1.ts";
import { LocalStatement, partsOf, type Runner } from "./d1_statement.ts";

/**
 * A D1 session. There is one database here and it sees every write at once, so that a session only
 * has to hand out bookmarks: they rise, and those of another run of the server are older.
 */
export class LocalSession implements D1Session {
  #bookmark: string | null;
  readonly #runner: Runner;
  readonly #batch: D1Binding["batch"];

  constructor(runner: Runner, batch: D1Binding["batch"], constraint?: string) {
    const start = constraint?.trim() || "first-unconstrained";
    this.#bookmark = /^first-(primary|unconstrained)$/.test(start) ? null : start;
    this.#batch = batch;
    this.#runner = {
      rows: (sql, values, columnNames) => this.#seen(runner.rows(sql, values, columnNames)),
      result: (sql, values) => this.#seen(runner.result(sql, values)),
    };
  }

  prepare(sql: string): D1Statement {
    return new LocalStatement({ runner: this.#runner, sql: String(sql), values: [] });
  }

  batch<T = unknown>(statements: D1Statement[]): Promise<D1Result<T>[]> {
    partsOf(statements);
    return this.#seen(this.#batch<T>(statements));
  }

  getBookmark(): string | null {
    return this.#bookmark;
  }

  async #seen<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    const next = newBookmark();
    if (this.#bookmark === null || this.#bookmark < next) this.#bookmark = next;
    return result;
  }
}

let count = 0;

/** Four groups of hexadecimal digits, as D1's: ms since the epoch, a count, nothing. */
function newBookmark(): string {
  const time = Date.now().toString(16).padStart(16, "0");
  const turn = (++count >>> 0).toString(16).padStart(8, "0");
  return [time.slice(0, 8), time.slice(8), turn, "0".repeat(32)].join("-");
}
