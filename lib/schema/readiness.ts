import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { type MigrationChain, readChain } from "./chain.ts";
import {
  type DeclaredSchema,
  readDeclaredSchema,
  type ReadSchema,
  withoutSystemTables,
} from "./declared.ts";
import { asSnapshot, diffSchemas, loadKit } from "./diff.ts";
import { Failure } from "../failure.ts";
import { parseAnswers } from "./answers.ts";
import { shadowAtEnd } from "./history.ts";
import { type MigratePlan, planMigrate } from "./plan_migrate.ts";
import { sameSchema } from "./snapshot.ts";

/**
 * What keeps a deployment from having the database that its code expects: the schema not generated,
 * migrations unapplied, edited or lost. For the preflight of `deploy`.
 *
 * @throws Failure (config) for unreadable migration files; those of the sandbox
 */
export async function migrationReadiness(
  system: System,
  project: Project,
  platform: Platform,
  read: ReadSchema = readDeclaredSchema,
): Promise<Finding[]> {
  const chain = await readChain(system, project);
  const plan = planMigrate(chain.migrations, await platform.database.ledger());
  const findings = [
    ...chain.findings.filter(({ severity }) => severity === "error"),
    ...ledgerFindings(plan, "error"),
  ];
  if (chain.format === "folders") {
    const { folderSchemaFindings } = await import("./folder_schema.ts");
    return [...findings, ...await folderSchemaFindings(system, project)];
  }
  return [...findings, ...await schemaFindings(chain, await read(system, project))];
}

/**
 * Where chain and database differ.
 *
 * @param pendingIs what is not applied yet stops a deployment, and is the way of things before `db migrate`
 */
export function ledgerFindings(plan: MigratePlan, pendingIs: Finding["severity"]): Finding[] {
  const { pending, edited, deleted, renamed, adopted, late, reordered, unknown } = plan;
  return [
    ...edited.map(({ migration }) =>
      finding(
        "MIGRATION_EDITED",
        "error",
        migration.file,
        `\`${migration.tag}\` was changed after it was applied`,
        `Restore it: \`git checkout -- ${migration.file}\``,
      )
    ),
    ...deleted.map(({ tag }) =>
      finding(
        "MIGRATION_DELETED",
        "error",
        null,
        `\`${tag}\` is applied, but the project has no such migration`,
        `Restore its file and its journal entry from version control, or forget it with \`edgespark db repair --unapplied ${tag}\``,
      )
    ),
    ...pending.map(({ tag, file }) =>
      finding(
        "MIGRATION_PENDING",
        pendingIs,
        file,
        `\`${tag}\` is not applied`,
        "Run `edgespark db migrate`",
      )
    ),
    ...late.map(({ tag, file }) =>
      finding(
        "MIGRATION_LATE",
        "warning",
        file,
        `\`${tag}\` stands before applied migrations: branches were merged`,
        "Run `edgespark db migrate --dry-run` to see whether it works on top of them, then `edgespark db migrate`",
      )
    ),
    ...reordered.map(({ migration, before }) =>
      finding(
        "MIGRATION_REORDERED",
        "info",
        migration.file,
        `\`${migration.tag}\` was applied before \`${before}\`, which precedes it in the journal`,
        null,
      )
    ),
    ...renamed.map(({ migration, from }) =>
      finding(
        "MIGRATION_RENAMED",
        "info",
        migration.file,
        `\`${migration.tag}\` was applied as \`${from}\``,
        "Run `edgespark db migrate`",
      )
    ),
    ...adopted.map(({ migration }) =>
      finding(
        "MIGRATION_ADOPTED",
        "info",
        migration.file,
        `\`${migration.tag}\` was applied by drizzle's own migrator`,
        "Run `edgespark db migrate`",
      )
    ),
    ...unknown.map(({ hash }) =>
      finding(
        "LEDGER_UNKNOWN",
        "warning",
        null,
        `\`__drizzle_migrations\` has a row of no migration file (hash ${hash?.slice(0, 12)})`,
        null,
      )
    ),
  ];
}

/** Whether the declared schema is what the last snapshot says. */
export async function schemaFindings(
  chain: MigrationChain,
  schema: DeclaredSchema,
): Promise<Finding[]> {
  const current = asSnapshot(withoutSystemTables(schema.snapshot), "current", chain.latest.id);
  if (sameSchema(chain.latest, current)) return [];
  const changes = await changesBetween(chain, current);
  if (changes === 0) return [];
  return [notGenerated(schema.sources[0] ?? null, changes)];
}

/** @param changes how many statements it takes; null: it depends on an answer */
export function notGenerated(
  source: string | null,
  changes: number | "refused" | null,
): Finding {
  const words = changes === null
    ? "something is renamed, or dropped and created"
    : changes === "refused"
    ? "`db generate` refuses it, and says why"
    : `${changes} ${changes === 1 ? "statement" : "statements"}`;
  return finding(
    "SCHEMA_NOT_GENERATED",
    "error",
    source,
    `The schema was changed after the last migration (${words})`,
    "Run `edgespark db generate`",
  );
}

/** Null: it depends on an answer. */
async function changesBetween(
  chain: MigrationChain,
  current: ReturnType<typeof asSnapshot>,
): Promise<number | "refused" | null> {
  try {
    const kit = await loadKit();
    const diff = await diffSchemas(kit, chain.latest, current, parseAnswers({}));
    if (diff.statements.length > 0) return diff.statements.length;
    // drizzle-kit is silent about some changes.
    const { planStatements } = await import("./plan_statements.ts");
    const shadow = () => shadowAtEnd(kit, chain);
    const planned = await planStatements(kit, diff, current, shadow, () => Promise.resolve(""));
    return planned?.statements.length ?? 0;
  } catch (error) {
    if (error instanceof Failure && error.code === "MISSING_HINTS") return null;
    if (error instanceof Failure && error.kind === "failed") return "refused";
    throw error;
  }
}

function finding(
  code: string,
  severity: Finding["severity"],
  file: string | null,
  message: string,
  fix: string | null,
): Finding {
  return { code, severity, file, line: null, message, fix };
}
