import type { DatabaseSync } from "node:sqlite";
import { splitStatements } from "../../../schema/statements.ts";
import { tokenize } from "../../../schema/tokens.ts";
import { d1Error } from "./d1_errors.ts";
import { type Parameters, parametersOf } from "./d1_parameters.ts";
import { prepareRows, type RowStatement } from "./sqlite_extras.ts";

/** A prepared statement and what is known of it. */
export interface Cached {
  statement: RowStatement;
  /** Whether it surely writes nothing. */
  reads: boolean;
  parameters: Parameters;
  /** Names of its columns, once asked. */
  columns?: string[];
}

/** Statements that stay prepared; an app rarely has more shapes of SQL. */
const SIZE = 500;

/** Keeps statements prepared, the most recently used ones. */
export class StatementCache {
  readonly #db: DatabaseSync;
  readonly #known = new Map<string, Cached>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get(sql: string): Cached | undefined {
    const known = this.#known.get(sql);
    if (known && this.#known.size > SIZE / 2) {
      // Least recently used first.
      this.#known.delete(sql);
      this.#known.set(sql, known);
    }
    return known;
  }

  /** Prepares a statement. Throws what SQLite throws, and D1's error for a text without a statement. */
  add(sql: string, reads: boolean): Cached {
    checkOne(sql);
    const statement = prepareRows(this.#db, sql);
    if (!reads) statement.setReadBigInts(true);
    const cached = { statement, reads, parameters: parametersOf(sql) };
    this.#known.set(sql, cached);
    if (this.#known.size > SIZE) this.#known.delete(this.#known.keys().next().value!);
    return cached;
  }

  clear(): void {
    this.#known.clear();
  }
}

/**
 * D1 runs every statement of a text; here it must be one, which is what the guard lets pass. Whatever
 * else follows its semicolon is an error there too.
 */
function checkOne(sql: string): void {
  if (!sql.includes(";") && /^\s*[a-z]/i.test(sql)) return;
  const [statement, ...others] = splitStatements(sql);
  if (others.length > 0) throw d1Error("one call runs one statement; use `batch` for several");
  const rest = statement ? tokenize(sql.slice(statement.start + statement.text.length)) : null;
  const end = rest?.findIndex(({ text }) => text === ";") ?? -1;
  if (rest && (end < 0 || end === rest.length - 1)) return;
  throw d1Error("SQL code did not contain a statement.");
}
