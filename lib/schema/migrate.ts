import { Failure } from "../failure.ts";
import { RowsLost, StatementRejected } from "../platform/migration_errors.ts";
import type { LedgerChange, Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { requireDefaultBranch } from "../tools/git.ts";
import { type Migration, type MigrationChain, readChain } from "./chain.ts";
import { type Destruction, destructions } from "./destruction.ts";
import { replay, scriptOf } from "./history.ts";
import {
  refuseDangerous,
  refuseForbidden,
  refuseTampered,
  rejected,
  rowsLost,
} from "./migrate_failures.ts";
import { inDatabase, type MigratePlan, planMigrate } from "./plan_migrate.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";

/** How `db migrate` was asked. */
export interface MigrateOptions {
  confirmDangerous?: boolean;
  /** Say what would be applied, change nothing. */
  dryRun?: boolean;
  /** The last migration to apply; all by default. */
  to?: string;
  /** Checks the git branch (decision 8); not for `dev`. True by default. */
  checkBranch?: boolean;
}

/** The answer of `db migrate`. */
export interface MigrateResult {
  /** What was applied now. */
  applied: { tag: string; statements: number; ms: number }[];
  /** What is left to apply. */
  pending: string[];
  dangerous: Destruction[];
  /** What became of made-up rows, table by table. */
  rehearsal: {
    tag: string;
    table: string;
    before: number;
    after: number;
    changed: number;
    lost: number;
  }[];
  /** The copy that was taken before the first migration. */
  restorePoint: string | null;
  /** Ledger rows that followed their file to a new name, and rows of drizzle's migrator taken over. */
  mended: LedgerChange[];
  /** What to know besides: no git, a rehearsal that failed, migrations out of order. */
  notes: string[];
}

/**
 * Applies the pending migrations, each in a transaction of its own with its ledger rows, after a restore
 * point. A migration that fails leaves nothing behind; those before it stay.
 *
 * @throws Failure: WRONG_BRANCH, MIGRATION_UNKNOWN (usage), MIGRATION_EDITED, MIGRATION_DELETED,
 * MIGRATION_REFUSED, DANGEROUS_MIGRATION, MIGRATION_FAILED, ROWS_LOST (failed), LOCKED (conflict), those of
 * readChain (config) and of the platform
 */
export async function migrate(
  system: System,
  project: Project,
  platform: Platform,
  options: MigrateOptions = {},
): Promise<MigrateResult> {
  const branch = options.checkBranch === false ? null : await requireDefaultBranch(system, project);
  const work = async (): Promise<MigrateResult> => {
    const chain = await readChain(system, project);
    const plan = planMigrate(chain.migrations, await platform.database.ledger());
    refuseTampered(plan);
    const todo = upTo(plan.pending, chain, options.to);
    refuseForbidden(todo);
    const rehearsal = tryOut(chain, plan, todo);
    const dangerous = (await Promise.all(
      todo.map((migration) =>
        destructions(
          migration,
          rehearsal.tables.filter(({ tag }) => tag === migration.tag),
          platform.database,
        )
      ),
    )).flat();
    const result: MigrateResult = {
      applied: [],
      pending: plan.pending.map(({ tag }) => tag),
      dangerous,
      rehearsal: rehearsal.tables.map(({ tag, table, before, after, changed, lost }) => ({
        tag,
        table,
        before,
        after,
        changed,
        lost,
      })),
      restorePoint: null,
      mended: mendsOf(plan),
      notes: notesOf(branch, plan, rehearsal),
    };
    if (options.dryRun) return result;
    if (dangerous.length > 0 && !options.confirmDangerous) throw refuseDangerous(dangerous);
    return await applyAll(platform, plan, todo, result, options.confirmDangerous ?? false);
  };
  return options.dryRun ? await work() : await withLock(system, project, "db migrate", work);
}

async function applyAll(
  platform: Platform,
  plan: MigratePlan,
  todo: Migration[],
  result: MigrateResult,
  confirmed: boolean,
): Promise<MigrateResult> {
  const { database } = platform;
  await database.ensureSystem();
  if (result.mended.length > 0) await database.mend(result.mended);
  if (todo.length === 0) return result;
  const restorePoint = await database.restorePoint("migrate");
  const applied: MigrateResult["applied"] = [];
  // A rehearsal on made-up rows cannot see everything: the database counts as well, file by file.
  for (const migration of todo) {
    const { tag, when } = migration;
    const { statements } = scriptOf(migration);
    try {
      const { ms } = await database.apply({ tag, when, hash: migration.hash!, statements }, {
        allowLoss: confirmed,
      });
      applied.push({ tag, statements: statements.length, ms });
    } catch (error) {
      const done = { applied: applied.map((item) => item.tag), restorePoint };
      if (error instanceof StatementRejected) throw rejected(migration, error, done);
      if (error instanceof RowsLost) throw rowsLost(migration, error, done);
      throw error;
    }
  }
  const tags = new Set(applied.map(({ tag }) => tag));
  return {
    ...result,
    applied,
    restorePoint,
    pending: plan.pending.map(({ tag }) => tag).filter((tag) => !tags.has(tag)),
  };
}

/** Runs what is pending on made-up rows, on top of what the database has. */
function tryOut(chain: MigrationChain, plan: MigratePlan, todo: Migration[]): Rehearsal {
  if (todo.length === 0) return { tables: [], failure: null, ms: 0 };
  const { db, failure } = replay(inDatabase(chain.migrations, plan));
  try {
    return failure ? { tables: [], failure, ms: 0 } : rehearse(db, todo.map(scriptOf));
  } finally {
    db.close();
  }
}

function upTo(pending: Migration[], chain: MigrationChain, to: string | undefined): Migration[] {
  if (to === undefined) return pending;
  const tags = chain.migrations.map(({ tag }) => tag);
  const last = chain.migrations.findIndex(({ tag, idx }) =>
    tag === to || String(idx).padStart(4, "0") === to
  );
  if (last < 0) {
    throw new Failure("usage", "MIGRATION_UNKNOWN", `There is no migration \`${to}\``, {
      hint: tags.length > 0
        ? `The last one is \`${tags.at(-1)}\``
        : "Make one with `edgespark db generate`",
    });
  }
  const wanted = new Set(tags.slice(0, last + 1));
  return pending.filter(({ tag }) => wanted.has(tag));
}

function mendsOf(plan: MigratePlan): LedgerChange[] {
  return [
    ...plan.renamed.map(({ migration, from }): LedgerChange => ({
      kind: "rename",
      from,
      to: migration.tag,
    })),
    ...plan.adopted.map(({ migration, drizzleRow }): LedgerChange => ({
      kind: "adopt",
      tag: migration.tag,
      drizzleRow,
    })),
  ];
}

function notesOf(branch: string | null, plan: MigratePlan, { failure }: Rehearsal): string[] {
  const notes = branch === null ? [] : [branch];
  for (const { tag } of plan.late) {
    notes.push(`\`${tag}\` is applied after migrations that follow it in the journal`);
  }
  if (failure) notes.push(`The rehearsal ended at \`${failure.tag}\`: ${failure.message}`);
  return notes;
}
