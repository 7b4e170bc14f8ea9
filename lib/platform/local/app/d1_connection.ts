import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import { addWall } from "./d1_authorizer.ts";
import { sqliteCode } from "./d1_errors.ts";
import { addMaths } from "./d1_math.ts";
import { prepareRows, type RowStatement } from "./sqlite_extras.ts";

/** What one statement did. Rows are arrays in the order of the columns. */
export interface Executed {
  rows: SQLOutputValue[][];
  changes: number;
}

/** Statements that stay prepared; an app rarely has more shapes of SQL. */
const CACHE_SIZE = 500;

/** One connection to the app's database with everything that is prepared on it. */
export class Connection {
  /** Row id of the last insert on this connection, as D1's `last_row_id`. */
  lastRowId = 0;
  readonly #db: DatabaseSync;
  readonly #cache = new Map<string, Cached>();
  readonly #counters: RowStatement;
  readonly #schemaVersion: RowStatement;
  #seenVersion: unknown;
  #trusted = true;

  /** @param wall whether SQLite itself keeps statements off the schema and the system tables. */
  constructor(file: string, options: { wall: boolean }) {
    this.#db = new DatabaseSync(file, { enableForeignKeyConstraints: true });
    // Waiting in SQLite would stop the event loop: the binding waits outside and tries again.
    this.#db.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 20",
    );
    addMaths(this.#db);
    this.#counters = prepareRows(this.#db, "SELECT total_changes(), last_insert_rowid()");
    this.#schemaVersion = prepareRows(this.#db, "PRAGMA schema_version");
    if (options.wall) addWall(this.#db, () => this.#trusted);
    this.#trusted = false;
  }

  /** Runs one statement. Throws what SQLite throws. */
  execute(sql: string, values: SQLInputValue[]): Executed {
    const cached = this.#prepare(sql);
    const { statement } = cached;
    if (cached.reads) return { rows: this.#read(cached, values), changes: 0 };
    const [before] = this.#count();
    const rows = statement.all(...values);
    const [after, lastRowId] = this.#count();
    if (after > before) this.lastRowId = lastRowId;
    return { rows, changes: after - before };
  }

  /** Names of a statement's columns, as they are now. */
  columns(sql: string): string[] {
    return this.#prepare(sql).statement.columns().map((column) => column.name);
  }

  /** Runs `work` between BEGIN IMMEDIATE and COMMIT; anything thrown undoes all of it. */
  transaction<T>(work: () => T): T {
    this.#own("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#own("COMMIT");
      return result;
    } catch (error) {
      // SQLite has ended the transaction by itself after some errors.
      if (this.#db.isTransaction) this.#own("ROLLBACK");
      throw error;
    }
  }

  /** Bytes of the database. */
  size(): number {
    return this.#asPlatform(() => {
      const pages = this.#db.prepare("PRAGMA page_count").get()?.page_count;
      const bytes = this.#db.prepare("PRAGMA page_size").get()?.page_size;
      return Number(pages) * Number(bytes);
    });
  }

  close(): void {
    this.#cache.clear();
    this.#db.close();
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

  #read(cached: Cached, values: SQLInputValue[]): SQLOutputValue[][] {
    try {
      return cached.statement.all(...values);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ERR_OUT_OF_RANGE")) {
        throw error;
      }
      // An integer beyond 2^53. Safe to repeat, since it only reads.
      cached.statement.setReadBigInts(true);
      return cached.statement.all(...values);
    }
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
    if (known) {
      // Least recently used first.
      this.#cache.delete(sql);
      this.#cache.set(sql, known);
      return known;
    }
    const statement = prepareRows(this.#db, sql);
    const reads = onlyReads(sql);
    if (!reads) statement.setReadBigInts(true);
    const cached = { statement, reads };
    this.#cache.set(sql, cached);
    if (this.#cache.size > CACHE_SIZE) this.#cache.delete(this.#cache.keys().next().value!);
    return cached;
  }
}

interface Cached {
  statement: RowStatement;
  reads: boolean;
}

/** True only for statements that surely write nothing; others merely cost two counters more. */
function onlyReads(sql: string): boolean {
  return /^\s*select\b/i.test(sql);
}

/** Whether another connection holds the lock just now; the statement did nothing. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === 5;
}
