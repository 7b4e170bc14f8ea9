import type { DatabaseSync } from "node:sqlite";

/** One row set. Values are what SQLite has: null, number, bigint beyond 2^53, string, bytes. */
export interface ResultSet {
  columns: string[];
  rows: Record<string, unknown>[];
  /** Rows that the statement inserted, updated or deleted. */
  changes: number;
  /** There are more rows than were asked for. */
  more?: boolean;
}

/** A row of the migration ledgers. */
export interface LedgerRow {
  id: number;
  /** `es_system__db_migrations.name`: the migration's tag. Null: the row stands only in `__drizzle_migrations`. */
  tag: string | null;
  /** `__drizzle_migrations.hash`: SHA-256 of the file, hex. Null: no such row. */
  hash: string | null;
  /** `__drizzle_migrations.created_at`: the journal's `when`, ms. */
  when: number | null;
  appliedAt: string | null;
  /** The rowid in `__drizzle_migrations`; drizzle's own migrator leaves `id` empty. */
  drizzleRow: number | null;
}

/** A change of the ledgers that applies nothing. */
export type LedgerChange =
  /** The file of an applied migration has a new name. */
  | { kind: "rename"; from: string; to: string }
  /** A migration that drizzle's own migrator applied gets its row in `es_system__db_migrations`. */
  | { kind: "adopt"; tag: string; drizzleRow: number }
  /** A migration counts as applied with this file, whatever stood there: both rows are made or corrected. */
  | { kind: "record"; tag: string; hash: string; when: number }
  /** A migration counts as not applied: both rows go. */
  | { kind: "forget"; tag: string };

/** A copy of the database from before something changed it. */
export interface RestorePoint {
  name: string;
  /** ms since the epoch. */
  takenAt: number;
  /** Which command took it, such as `migrate`. */
  reason: string;
  bytes: number;
  /** The migrations that it has, in the order in which they were applied. */
  migrations: string[];
}

/** A table with rows that a restore point does not have. */
export interface RowsSince {
  table: string;
  rows: number;
}

/** A copy of the live database to try things on, open until it is closed; or why there is none. */
export type TrialCopy =
  | {
    db: DatabaseSync;
    /** Attaches the untouched database to `db` as `live`. */
    attachLive(): void;
    bytes: number;
    close(): void;
  }
  | { skipped: string };

/** A migration file, ready to be applied. */
export interface MigrationToApply {
  tag: string;
  /** SHA-256 of the file's bytes, lower-case hex. */
  hash: string;
  /** The journal's `when`, ms since the epoch. */
  when: number;
  statements: string[];
}

/** The app's database, as commands use it (a running app has a binding of its own). */
export interface AppDatabase {
  /** Creates the system tables and both ledgers where they are missing. */
  ensureSystem(): Promise<void>;
  ledger(): Promise<LedgerRow[]>;
  /** Changes ledger rows, in one transaction. */
  mend(changes: LedgerChange[]): Promise<void>;
  /**
   * One transaction: every statement and both ledger rows, or nothing. Without `allowLoss` it also ends in
   * nothing when a table would have fewer rows or fewer references afterwards.
   *
   * @throws StatementRejected, RowsLost (lib/platform/migration_errors.ts)
   */
  apply(migration: MigrationToApply, options: { allowLoss: boolean }): Promise<{ ms: number }>;
  /** Runs one statement on a read-only connection. With `limit` no more rows are read than that. */
  query(
    sql: string,
    params?: unknown[],
    options?: { limit?: number; guarded?: boolean },
  ): Promise<ResultSet>;
  /**
   * Runs statements that write, in one transaction. Judged before by lib/schema's guard; with `guarded`
   * the engine, where it can, refuses the forbidden as well.
   *
   * @throws StatementRejected (lib/platform/migration_errors.ts)
   */
  write(
    statements: { sql: string; params?: unknown[] }[],
    options?: { guarded?: boolean },
  ): Promise<ResultSet[]>;
  /** A consistent copy of the database at this moment; returns the name of the restore point. Null where the provider has none. */
  restorePoint(reason: string): Promise<string | null>;
  /** Oldest first. Empty where the provider has none. */
  restorePoints(): Promise<RestorePoint[]>;
  /** What a return to the restore point would lose: rows that stand only in the present database. */
  rowsSince(name: string): Promise<RowsSince[]>;
  /**
   * Returns to a restore point while the app waits, after it has taken one of the present state.
   * Without `allowLoss` it ends in nothing when rows would be lost.
   *
   * @returns the restore point of the state that was left, and the rows that it alone has now
   * @throws RowsLost (lib/platform/migration_errors.ts)
   */
  restore(
    name: string,
    options: { allowLoss: boolean },
  ): Promise<{ restorePoint: string; lost: RowsSince[]; paused: boolean }>;
  /** What the database takes and what its disk has left, bytes. Null: nobody can tell. */
  space(): Promise<{ bytes: number; free: number | null } | null>;
  /** Copies the database for a rehearsal, where there is one and the disk has room. */
  trialCopy(): Promise<TrialCopy>;
  close(): void;
}
