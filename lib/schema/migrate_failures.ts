import { Failure } from "../failure.ts";
import { type RowsLost, StatementRejected } from "../platform/migration_errors.ts";
import type { Migration } from "./chain.ts";
import type { Destruction } from "./destruction.ts";
import { forbiddenStatements } from "./migration_rules.ts";
import type { MigratePlan } from "./plan_migrate.ts";
import type { PendingRehearsal } from "./rehearse_pending.ts";
import { oneLine } from "./rehearsal_report.ts";

/**
 * Refuses a database whose applied migrations are not those of the project.
 *
 * @throws Failure MIGRATION_EDITED, MIGRATION_DELETED, MIGRATION_MISSING (failed)
 */
export function refuseTampered(plan: MigratePlan): void {
  const edited = plan.edited[0];
  if (edited) {
    const { tag, file } = edited.migration;
    throw new Failure("failed", "MIGRATION_EDITED", `\`${tag}\` was changed after it was applied`, {
      hint:
        `Restore the file (\`git checkout -- ${file}\`) and make the change a new migration with \`edgespark db generate\`; if the database already is what the file says, run \`edgespark db repair --applied ${tag}\``,
      details: {
        migrations: plan.edited.map(({ migration, appliedHash }) => ({
          tag: migration.tag,
          file: migration.file,
          hash: migration.hash,
          appliedHash,
        })),
      },
    });
  }
  const deleted = plan.deleted[0];
  if (deleted) {
    const { tag, file } = deleted;
    throw new Failure(
      "failed",
      "MIGRATION_DELETED",
      file === null
        ? `\`${tag}\` is applied, but stands in no entry of the journal`
        : `\`${tag}\` is applied, but its file \`${file}\` is missing`,
      {
        hint: `Restore it from version control (${
          file === null ? "its file, snapshot and journal entry" : `\`git checkout -- ${file}\``
        }), or let the database forget it with \`edgespark db repair --unapplied ${tag}\``,
        details: { tags: plan.deleted.map((item) => item.tag) },
      },
    );
  }
  const missing = plan.pending.find(({ hash }) => hash === null);
  if (missing) {
    throw new Failure(
      "failed",
      "MIGRATION_MISSING",
      `\`${missing.file}\` stands in the journal, but is missing`,
      {
        hint: `Restore it from version control: \`git checkout -- ${missing.file}\``,
        details: { file: missing.file },
      },
    );
  }
}

/** @throws Failure MIGRATION_REFUSED (failed), with every statement that may not stand in a migration */
export function refuseForbidden(migrations: Migration[]): void {
  const findings = migrations.flatMap(forbiddenStatements);
  const first = findings[0];
  if (!first) return;
  throw new Failure(
    "failed",
    "MIGRATION_REFUSED",
    `${first.message} (\`${first.file}\`, line ${first.line})`,
    {
      hint: first.fix ?? undefined,
      details: { findings },
    },
  );
}

/** The refusal that lists what would be destroyed. */
export function refuseDangerous(dangerous: Destruction[]): Failure {
  const words = dangerous.map(({ destroys }) => destroys).join("; ");
  return new Failure("failed", "DANGEROUS_MIGRATION", `The pending migrations destroy ${words}`, {
    hint:
      "Run `edgespark db migrate --dry-run` to see everything, and `edgespark db migrate --confirm-dangerous` to go on",
    details: { dangerous },
  });
}

/**
 * What failed on a copy of the database would fail on the database: it is not touched.
 *
 * @throws Failure MIGRATION_FAILED (failed)
 */
export function refuseFailing({ failure }: PendingRehearsal, migrations: Migration[]): void {
  const migration = migrations.find(({ tag }) => tag === failure?.tag);
  if (failure?.source !== "copy" || !migration) return;
  const error = new StatementRejected(failure.index, failure.message);
  throw rejected(
    migration,
    error,
    { applied: [], restorePoint: null },
    "Tried on a copy of the database; nothing was changed. Mend the file and run `edgespark db migrate` again",
  );
}

/** A statement that SQLite did not take: where it stands, and what stayed. */
export function rejected(
  migration: Migration,
  error: StatementRejected,
  done: { applied: string[]; restorePoint: string | null },
  hint = "Nothing of this migration stayed. Mend the file and run `edgespark db migrate` again",
): Failure {
  const statement = error.index === null ? undefined : migration.statements[error.index];
  const place = statement
    ? `\`${migration.file}\`, line ${statement.line}`
    : `the end of \`${migration.file}\``;
  return new Failure(
    "failed",
    "MIGRATION_FAILED",
    `\`${migration.tag}\` failed at ${place}: ${error.message}`,
    {
      hint,
      details: {
        tag: migration.tag,
        file: migration.file,
        line: statement?.line ?? null,
        statement: error.index === null ? null : error.index + 1,
        sql: statement ? oneLine(statement.text) : null,
        reason: error.message,
        ...done,
      },
      cause: error,
    },
  );
}

/** Rows that a migration takes along without saying so. */
export function rowsLost(
  migration: Migration,
  error: RowsLost,
  done: { applied: string[]; restorePoint: string | null },
): Failure {
  const words = error.losses.map(({ table, column, before, after }) =>
    column === null
      ? `${before - after} of ${before} rows of \`${table}\``
      : `${before - after} of ${before} references of \`${table}.${column}\``
  ).join(", ");
  return new Failure("failed", "ROWS_LOST", `\`${migration.tag}\` would take along ${words}`, {
    hint:
      "Nothing of this migration stayed. Rewrite it so that dependent tables keep their rows, or run `edgespark db migrate --confirm-dangerous`",
    details: { tag: migration.tag, file: migration.file, losses: error.losses, ...done },
    cause: error,
  });
}
