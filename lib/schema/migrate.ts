import { Failure } from "../failure.ts";
import { RowsLost, StatementRejected } from "../platform/migration_errors.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { requireDefaultBranch } from "../tools/git.ts";
import { type Migration, type MigrationChain, readChain } from "./chain.ts";
import { destructions } from "./destruction.ts";
import { diskNeeded, diskWarning, refuseFullDisk } from "./disk_needed.ts";
import { scriptOf } from "./history.ts";
import { idleNotes, refuseUnfilled, refuseUnlisted } from "./idle_work.ts";
import {
  refuseDangerous,
  refuseFailing,
  refuseForbidden,
  refuseTampered,
  rejected,
  rowsLost,
} from "./migrate_failures.ts";
import type { MigrateOptions, MigrateResult } from "./migrate_result.ts";
import { inDatabase, mendsOf, type MigratePlan, planMigrate } from "./plan_migrate.ts";
import { type PendingRehearsal, rehearsePending } from "./rehearse_pending.ts";
import { effectsOf } from "./script_effects.ts";

export type { MigrateOptions, MigrateResult } from "./migrate_result.ts";

/**
 * Applies the pending migrations, each in a transaction of its own with its ledger rows, after a restore
 * point. A migration that fails leaves nothing behind; those before it stay.
 *
 * @throws Failure: WRONG_BRANCH, MIGRATION_UNKNOWN (usage), MIGRATION_EDITED, MIGRATION_DELETED,
 * MIGRATION_UNLISTED, MIGRATION_EMPTY, MIGRATION_PASSED, MIGRATION_REFUSED, DANGEROUS_MIGRATION, MIGRATION_FAILED, ROWS_LOST, DISK_FULL (failed), LOCKED (conflict), those of
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
    if (options.to === undefined) refuseUnlisted(chain);
    const todo = upTo(plan, chain, options.to);
    refuseForbidden(todo);
    refuseUnfilled(todo);
    const disk = await diskNeeded(todo, platform.database);
    const warning = diskWarning(disk);
    if (warning) options.say?.(warning);
    if (!options.dryRun) refuseFullDisk(disk);
    const rehearsal = await rehearsePending(
      inDatabase(chain.migrations, plan),
      todo,
      platform.database,
    );
    const byTag = Map.groupBy(rehearsal.tables, ({ tag }) => tag);
    const dangerous = (await Promise.all(
      todo.map((migration) =>
        destructions(
          migration,
          byTag.get(migration.tag) ?? [],
          platform.database,
        )
      ),
    )).flat();
    const result: MigrateResult = {
      applied: [],
      planned: todo.map(({ tag }) => tag),
      pending: plan.pending.map(({ tag }) => tag),
      dangerous,
      rehearsal: rehearsal.tables.map((
        { tag, table, before, after, changed, compared, lost, source },
      ) => ({ tag, table, before, after, changed, compared, lost, source })),
      rehearsalMs: rehearsal.ms,
      rehearsedOnCopy: rehearsal.copy,
      disk,
      restorePoint: null,
      mended: mendsOf(plan),
      notes: [...notesOf(branch, plan, rehearsal), ...idleNotes(todo, chain, options.to)],
    };
    if (options.dryRun) return result;
    refuseFailing(rehearsal, todo);
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
        allowLoss: confirmed || !effectsOf(statements).rows,
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

/** What is pending up to a tag; what lies behind it is not taken back. */
function upTo(
  { pending }: MigratePlan,
  chain: MigrationChain,
  to: string | undefined,
): Migration[] {
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
  const later = chain.migrations.slice(last + 1).find((migration) => !pending.includes(migration));
  if (later) {
    const target = tags[last]!;
    throw new Failure(
      "failed",
      "MIGRATION_PASSED",
      `The database is beyond \`${target}\`: \`${later.tag}\` is applied, and \`--to\` takes nothing back`,
      { hint: "Run `edgespark db undo --list` to see where one can go back to" },
    );
  }
  return pending.filter(({ tag }) => wanted.has(tag));
}

function notesOf(
  branch: string | null,
  plan: MigratePlan,
  { failure, skipped }: PendingRehearsal,
): string[] {
  const notes = branch === null ? [] : [branch];
  for (const { tag } of plan.late) {
    notes.push(`\`${tag}\` is applied after migrations that follow it in the journal`);
  }
  for (const { migration, before } of plan.pending.length > 0 ? plan.reordered : []) {
    notes.push(
      `\`${migration.tag}\` was applied before \`${before}\`, which stands before it in the journal`,
    );
  }
  if (skipped) notes.push(`No rehearsal on a copy of the database: ${skipped}`);
  if (failure) {
    const rows = failure.source === "copy" ? "a copy of the database" : "made-up rows";
    notes.push(`The rehearsal on ${rows} ended at \`${failure.tag}\`: ${failure.message}`);
  }
  return notes;
}
