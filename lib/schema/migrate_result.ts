import type { LedgerChange } from "../platform/app_database.ts";
import type { Destruction } from "./destruction.ts";
import type { DiskNeed } from "./disk_needed.ts";
import type { PendingTable } from "./rehearse_pending.ts";

/** How `db migrate` was asked. */
export interface MigrateOptions {
  confirmDangerous?: boolean;
  /** Say what would be applied, change nothing. */
  dryRun?: boolean;
  /** The last migration to apply; all by default. */
  to?: string;
  /** Hears what is about to be done. */
  say?(text: string): void;
  /** Checks the git branch (decision 8); not for `dev`. True by default. */
  checkBranch?: boolean;
}

/** What became of a table's rows. */
export type RehearsedRows = Pick<
  PendingTable,
  "tag" | "table" | "before" | "after" | "changed" | "compared" | "lost" | "source"
>;

/** The answer of `db migrate`. */
export interface MigrateResult {
  /** What was applied now. */
  applied: { tag: string; statements: number; ms: number }[];
  /** What this run applies, or would in a dry run; less than what is pending with `to`. */
  planned: string[];
  /** What is left to apply. */
  pending: string[];
  dangerous: Destruction[];
  /** What became of the rows in a rehearsal, table by table; tables whose rows cannot be touched are left out. */
  rehearsal: RehearsedRows[];
  /** How long the rehearsal took, ms. */
  rehearsalMs: number;
  /** Whether the rehearsal also ran on a copy of the database. */
  rehearsedOnCopy: boolean;
  /** What it takes of the disk; null: nothing to do, or nobody can tell. */
  disk: DiskNeed | null;
  /** The copy that was taken before the first migration. */
  restorePoint: string | null;
  /** Ledger rows that followed their file to a new name, and rows of drizzle's migrator taken over. */
  mended: LedgerChange[];
  /** What to know besides: no git, a rehearsal that failed, migrations out of order. */
  notes: string[];
}
