import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import { addWall } from "./d1_authorizer.ts";
import { d1Error, sqliteCode } from "./d1_errors.ts";
import { limitAsD1, MAX_SQL_BYTES } from "./d1_limits.ts";
import { addMaths } from "./d1_math.ts";
import { argumentsOf } from "./d1_parameters.ts";
import { type Cached, StatementCache } from "./d1_statement_cache.ts";
import { fromSqlite } from "./d1_values.ts";
import { prepareRows, type RowStatement } from "./sqlite_extras.ts";

/** What one statement did. Rows are arrays in the order of the columns, values as D1 gives them. */
export interface Executed {
  rows: unknown[][];
  columns: string[];
  changes: number;
}

/** One connection to the app's database with everything that is prepared on it. */
export class Connection {
  /** Row id of the last insert on this connection, as D1's `last_row_id`. */
  lastRowId = 0;
  readonly #db: DatabaseSync;
  readonly #cache: StatementCache;
  readonly #counters: RowStatement;
  readonly #schemaVersion: RowStatement;
  readonly #pageCount: RowStatement;
  readonly #pageSize: number;
  /** Rows changed on this connection so far; null when that has to be asked. */
  #changes: number | null = null;
  /** Bytes of the database; null when that has to be asked. */
  #size: number | null = null;
  #seenVersion: unknown;
  #trusted = true;

  /**
   * @param options.wall whether this connection is an app's: SQLite itself then keeps statements off
   * the schema and the system tables, and has D1's limits.
   */
  constructor(file: string, options: { wall: boolean }) {
    this.#db = new DatabaseSync(file, {
      enableForeignKeyConstraints: true,
      // As D1: text in double quotes that names nothing is a string.
      enableDoubleQuotedStringLiterals: true,
    });
    // Waiting in SQLite would stop the event loop: the binding waits outside and tries again.
    this.#db.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 20",
    );
    addMaths(this.#db);
    this.#counters = prepareRows(this.#db, "SELECT total_changes(), last_insert_rowid()");
    this.#schemaVersion = prepareRows(this.#db, "PRAGMA schema_version");
    this.#pageCount = prepareRows(this.#db, "PRAGMA page_count");
    this.#pageSize = Number(prepareRows(this.#db, "PRAGMA page_size").all()[0]?.[0]);
    this.#cache = new StatementCache(this.#db);
    if (options.wall) {
      limitAsD1(this.#db);
      addWall(this.#db, () => this.#trusted);
    }
    this.#trusted = false;
  }

  /** Runs one statement. Throws what SQLite throws, and D1's error for a wrong number of values. */
  execute(sql: string, values: SQLInputValue[]): Executed {
    const cached = this.#prepare(sql);
    const bound = argumentsOf(cached.parameters, values);
    if (!bound) throw d1Error("Wrong number of parameter bindings for SQL query.");
    // node:sqlite takes an object of named values first, which its types say apart.
    const all = bound as SQLInputValue[];
    return cached.reads ? this.#read(cached, all) : this.#write(cached, all);
  }

  /**
   * Runs `work` as one transaction; anything thrown undoes all of it.
   *
   * @param texts what will run: if that only reads, no other writer has to wait.
   */
  transaction<T>(texts: string[], work: () => T): T {
    this.#own(texts.every(onlyReads) ? "BEGIN" : "BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#own("COMMIT");
      return result;
    } catch (error) {
      this.#changes = this.#size = null;
      // SQLite has ended the transaction by itself after some errors.
      if (this.#db.isTransaction) this.#own("ROLLBACK");
      throw error;
    }
  }

  /** Bytes of the database, as this connection last saw it. */
  size(): number {
    this.#size ??= this.#asPlatform(() => Number(this.#pageCount.all()[0]?.[0])) * this.#pageSize;
    return this.#size;
  }

  close(): void {
    this.#cache.clear();
    this.#db.close();
  }

  #read(cached: Cached, values: SQLInputValue[]): Executed {
    const { statement } = cached;
    let rows;
    try {
      rows = statement.all(...values);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ERR_OUT_OF_RANGE")) {
        throw error;
      }
      // An integer beyond 2^53. Safe to repeat, since it only reads.
      statement.setReadBigInts(true);
      rows = statement.all(...values);
    }
    return { rows: asD1(rows), columns: columnsOf(cached), changes: 0 };
  }

  #write(cached: Cached, values: SQLInputValue[]): Executed {
    const before = this.#changes ?? this.#count()[0];
    this.#changes = null;
    const rows = asD1(cached.statement.all(...values));
    const [after, lastRowId] = this.#count();
    this.#changes = after;
    if (after > before) {
      this.lastRowId = lastRowId;
      this.#size = null;
    }
    return { rows, columns: columnsOf(cached), changes: after - before };
  }

  #own(sql: string): void {
    this.#asPlatform(() => this.#db.exec(sql));
  }

  /** Lets the wall pass what the binding itself says. */
  #asPlatform<T>(work: () => T): T {
    this.#trusted = true;
    try {
      return work();
    } finally {
      this.#trusted = false;
    }
  }

  /** Rows changed on this connection so far, and the row id of the last insert. */
  #count(): [number, number] {
    const row = this.#counters.all()[0] ?? [];
    return [Number(row[0]), Number(row[1])];
  }

  /**
   * SQLite adapts a prepared statement to a changed schema by itself, but node:sqlite then reads the
   * old number of columns once: `SELECT *` would miss a column that a migration has added.
   */
  #forgetOldSchema(): void {
    const version = this.#asPlatform(() => this.#schemaVersion.all()[0]?.[0]);
    if (version === this.#seenVersion) return;
    this.#seenVersion = version;
    this.#cache.clear();
    // Statements are prepared by the schema that the connection remembers; this makes it look again.
    this.#db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").all();
  }

  #prepare(sql: string): Cached {
    if (sql.includes("*")) this.#forgetOldSchema();
    const known = this.#cache.get(sql);
    if (known) return known;
    if (sql.length > MAX_SQL_BYTES / 3 && new TextEncoder().encode(sql).length > MAX_SQL_BYTES) {
      throw d1Error("statement too long: SQLITE_TOOBIG");
    }
    return this.#cache.add(sql, onlyReads(sql));
  }
}

/** The values as D1 gives them, in the same arrays: they are nobody else's. */
function asD1(rows: SQLOutputValue[][]): unknown[][] {
  for (const row of rows as unknown[][]) {
    for (let index = 0; index < row.length; index++) {
      row[index] = fromSqlite(row[index] as SQLOutputValue);
    }
  }
  return rows;
}

/** True only for statements that surely write nothing; others merely cost two counters more. */
function onlyReads(sql: string): boolean {
  return /^\s*select\b/i.test(sql);
}

function columnsOf(cached: Cached): string[] {
  return cached.columns ??= cached.statement.columns().map((column) => column.name);
}

/** Whether another connection holds the lock just now; the statement did nothing. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === 5;
}
