/**
 * The part of Cloudflare's D1 that the runtime and drizzle-orm use, so that the same runtime stands
 * on D1 itself and on the local binding. Names and shapes: D1's Workers binding API.
 */
export interface D1Binding {
  prepare(sql: string): D1Statement;
  /** All or nothing, results in order. */
  batch<T = unknown>(statements: D1Statement[]): Promise<D1Result<T>[]>;
  /** Runs one statement per line, without parameters. */
  exec(sql: string): Promise<D1ExecResult>;
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
