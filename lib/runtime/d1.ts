/**
 * The part of Cloudflare's D1 that the runtime and drizzle-orm use, so that the same runtime stands
 * on D1 itself and on the local binding. Names and shapes: D1's Workers binding API.
 */
export interface D1Binding {
  prepare(sql: string): D1Statement;
  /** All or nothing, results in order. */
  batch<T = unknown>(statements: D1Statement[]): Promise<D1Result<T>[]>;
  /** Runs one statement per line, without parameters; all or nothing. */
  exec(sql: string): Promise<D1ExecResult>;
  /** @param constraint "first-primary", "first-unconstrained" or a bookmark of an earlier session. */
  withSession(constraint?: string): D1Session;
  /** D1 keeps the name and refuses every call. */
  dump(): Promise<ArrayBuffer>;
}

/** Statements that see what the ones before them wrote, wherever they run. */
export interface D1Session {
  prepare(sql: string): D1Statement;
  batch<T = unknown>(statements: D1Statement[]): Promise<D1Result<T>[]>;
  /** The state that the session has seen; null before its first statement. Bookmarks rise. */
  getBookmark(): string | null;
}

/** A prepared statement; `bind` gives a new one. */
export interface D1Statement {
  bind(...values: unknown[]): D1Statement;
  /** The first row, or its `column`; null when there is no row. */
  first<T = unknown>(column?: string): Promise<T | null>;
  all<T = unknown>(): Promise<D1Result<T>>;
  run<T = unknown>(): Promise<D1Result<T>>;
  /** Rows as arrays; with `columnNames` the first row holds the names. */
  raw<T = unknown[]>(options?: { columnNames?: boolean }): Promise<T[]>;
}

export interface D1Result<T = unknown> {
  success: true;
  meta: D1Meta;
  results: T[];
}

export interface D1Meta {
  served_by: string;
  served_by_primary: boolean;
  total_attempts: number;
  timings: { sql_duration_ms: number };
  /** ms. */
  duration: number;
  changes: number;
  last_row_id: number;
  changed_db: boolean;
  /** Bytes of the database. */
  size_after: number;
  rows_read: number;
  rows_written: number;
}

export interface D1ExecResult {
  count: number;
  /** ms. */
  duration: number;
}
