import type { LedgerRow, RestorePoint } from "../platform/app_database.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { type Migration, readChain } from "./chain.ts";
import { type MigratePlan, planMigrate } from "./plan_migrate.ts";

/**
 * Where a migration stands: `applied`; `pending`; `late`: pending, but before an applied one; `edited`: its
 * file changed after it was applied; `renamed`: applied under another name; `adoptable`: applied by
 * drizzle's own migrator only; `reordered`: applied before one that precedes it in the journal;
 * `missing`: pending without a file; `deleted`: applied, but file or journal entry are gone; `unlisted`: a
 * file in no journal entry, never applied; `unknown`:
 * applied by drizzle's own migrator from a file that the project does not have.
 */
export type MigrationState =
  | "applied"
  | "pending"
  | "late"
  | "edited"
  | "renamed"
  | "adoptable"
  | "reordered"
  | "missing"
  | "deleted"
  | "unlisted"
  | "unknown";

/** One line of `db status`. */
export interface MigrationStatus {
  /** Null: drizzle's own migrator keeps no names. */
  tag: string | null;
  state: MigrationState;
  /** As the ledger has it, UTC. */
  appliedAt: string | null;
  /** SHA-256 of the file now, and as it was applied. */
  hash: string | null;
  appliedHash: string | null;
  statements: number;
  /** What makes the state: the old name, the migration that came first. */
  detail: string | null;
  /** The command that mends it. */
  fix: string | null;
}

/** The answer of `db status`. */
export interface DatabaseStatus {
  /** Nothing is pending and nothing is odd. */
  upToDate: boolean;
  migrations: MigrationStatus[];
  counts: Partial<Record<MigrationState, number>>;
  restorePoints: RestorePoint[];
}

/**
 * Says of every migration, in the project or in the database, where it stands. Changes nothing.
 *
 * @throws Failure those of readChain (config) and of the platform
 */
export async function databaseStatus(
  system: System,
  project: Project,
  platform: Platform,
): Promise<DatabaseStatus> {
  const [{ migrations: files, unlisted, folder }, ledger, restorePoints] = await Promise.all([
    readChain(system, project),
    platform.database.ledger(),
    platform.database.restorePoints(),
  ]);
  const plan = planMigrate(files, ledger);
  const migrations = [
    ...files.map((migration) => statusOf(migration, plan, ledger)),
    ...goneOf(plan, ledger),
    ...unlisted.filter((tag) => !ledger.some((row) => row.tag === tag)).map((tag) =>
      unlistedOf(tag, folder)
    ),
  ];
  const counts: DatabaseStatus["counts"] = {};
  for (const { state } of migrations) counts[state] = (counts[state] ?? 0) + 1;
  return {
    upToDate: migrations.every(({ state }) => state === "applied"),
    migrations,
    counts,
    restorePoints,
  };
}

function statusOf(migration: Migration, plan: MigratePlan, ledger: LedgerRow[]): MigrationStatus {
  const { tag, hash, statements } = migration;
  const is = <T extends { migration: Migration }>(items: T[]) =>
    items.find((item) => item.migration === migration);
  const renamed = is(plan.renamed), adopted = is(plan.adopted), reordered = is(plan.reordered);
  const row = ledger.find((entry) =>
    adopted ? entry.drizzleRow === adopted.drizzleRow : entry.tag === (renamed?.from ?? tag)
  );
  const make = (state: MigrationState, detail: string | null, fix: string | null) => ({
    tag,
    state,
    appliedAt: row?.appliedAt ?? null,
    hash,
    appliedHash: row?.hash ?? null,
    statements: statements.length,
    detail,
    fix,
  });
  const restore = `git checkout -- ${migration.file}`;
  if (is(plan.edited)) return make("edited", "the file changed after it was applied", restore);
  if (plan.deleted.some((item) => item.tag === tag)) {
    return make("deleted", "applied, but its file is missing", restore);
  }
  if (plan.pending.includes(migration)) {
    if (hash === null) return make("missing", "its file is missing", restore);
    return plan.late.includes(migration)
      ? make("late", "stands before an applied one", "edgespark db migrate")
      : make("pending", null, "edgespark db migrate");
  }
  if (renamed) return make("renamed", `applied as ${renamed.from}`, "edgespark db repair");
  if (adopted) return make("adoptable", "applied by drizzle's migrator", "edgespark db repair");
  if (reordered) return make("reordered", `applied before ${reordered.before}`, null);
  return make("applied", null, null);
}

/** A file that no journal entry names. */
function unlistedOf(tag: string, folder: string): MigrationStatus {
  return {
    tag,
    state: "unlisted",
    appliedAt: null,
    hash: null,
    appliedHash: null,
    statements: 0,
    detail: `in \`${folder}\`, but never applied`,
    fix: "edgespark db check",
  };
}

/** What only the database knows. */
function goneOf(plan: MigratePlan, ledger: LedgerRow[]): MigrationStatus[] {
  const none = { hash: null, statements: 0 };
  return [
    ...plan.deleted.filter(({ file }) => file === null).map(({ tag }): MigrationStatus => {
      const row = ledger.find((entry) => entry.tag === tag);
      return {
        ...none,
        tag,
        state: "deleted",
        appliedAt: row?.appliedAt ?? null,
        appliedHash: row?.hash ?? null,
        detail: "applied, but in no journal entry",
        fix: `edgespark db repair --unapplied ${tag}`,
      };
    }),
    ...plan.unknown.map(({ hash, appliedAt }): MigrationStatus => ({
      ...none,
      tag: null,
      state: "unknown",
      appliedAt,
      appliedHash: hash,
      detail: "applied by drizzle's migrator from a file that is not here",
      fix: null,
    })),
  ];
}
