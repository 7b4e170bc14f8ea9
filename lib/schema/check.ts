import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { type Migration, type MigrationChain, readChain } from "./chain.ts";
import { readDeclaredSchema, type ReadSchema } from "./declared.ts";
import { type Destruction, destructions } from "./destruction.ts";
import { compareLive, type ExplainedObject, explainHistory } from "./drift.ts";
import { hasFolderHistory } from "./folder_history.ts";
import { lintMigrations } from "./lint/lint.ts";
import { forbiddenStatements } from "./migration_rules.ts";
import { inDatabase, type MigratePlan, planMigrate } from "./plan_migrate.ts";
import { ledgerFindings, schemaFindings } from "./readiness.ts";
import { schemaHashState } from "./schema_hash.ts";
import type { ScriptFailure } from "./shadow.ts";

export { migrationReadiness } from "./readiness.ts";

/** How `db check` was asked. */
export interface CheckOptions {
  /** Lint every migration, not only the pending ones. */
  all?: boolean;
}

/** The answer of `db check`. */
export interface CheckResult {
  /** No finding is an error. */
  ok: boolean;
  findings: Finding[];
  /** What the database has and should have, and which migration explains it; null where it cannot be told. */
  objects: ExplainedObject[] | null;
}

/**
 * Checks everything that leads to the database: the chain of migrations, the declared schema against it,
 * the migrations by the linter, and, with a platform, what is applied and whether the live schema is what
 * the migrations make.
 *
 * @param given the platform, or how to open it
 * @throws Failure (config) for unreadable migration files; those of the sandbox
 */
export async function checkDatabase(
  system: System,
  project: Project,
  given: Platform | null | (() => Promise<Platform | null>),
  read: ReadSchema = readDeclaredSchema,
  options: CheckOptions = {},
): Promise<CheckResult> {
  // Everything else is loaded and done while the sandbox works, and must not hold up its start.
  const started = Promise.withResolvers<void>();
  const reading = schemaCheck(system, project, read, started.resolve);
  // Awaited below; until then its failure is nobody's surprise.
  reading.then(() => started.resolve(), () => started.resolve());
  await started.promise;
  const [chain, hash, platform] = await Promise.all([
    readChain(system, project),
    schemaHashState(system, project),
    typeof given === "function" ? given() : given,
  ]);
  const ledger = platform ? await platform.database.ledger() : [];
  const plan = planMigrate(chain.migrations, ledger);
  const isLinted = lintedBy(plan, platform === null || options.all === true);
  const destroyed = await destroyedBy(chain.migrations.filter(isLinted), plan, platform);
  const history = await historyFindings(chain, plan, platform);
  const lint = lintMigrations(chain.migrations, isLinted, destroyed);
  const schema = await (await reading)(chain);
  const findings = [
    ...(platform ? chain.findings.map((found) => unfilled(found, plan)) : chain.findings),
    ...schema,
    ...(hash === "stale" && schema.length === 0 ? [staleHash(chain)] : []),
    ...chain.migrations.flatMap(forbiddenStatements),
    ...(platform ? ledgerFindings(plan, "warning") : []),
    ...history.findings,
    ...lint,
  ];
  return {
    ok: findings.every(({ severity }) => severity !== "error"),
    findings,
    objects: history.objects,
  };
}

/** Evaluates the schema, and says how it stands to the chain; a history in folders has a judge of its own. */
async function schemaCheck(
  system: System,
  project: Project,
  read: ReadSchema,
  meanwhile: () => void,
): Promise<(chain: MigrationChain) => Promise<Finding[]>> {
  if (await hasFolderHistory(system, project)) {
    const { folderSchemaFindings } = await import("./folder_schema.ts");
    const found = folderSchemaFindings(system, project);
    meanwhile();
    const findings = await found;
    return () => Promise.resolve(findings);
  }
  const schema = await read(system, project, meanwhile);
  return (chain) => schemaFindings(chain, schema);
}

/** A pending migration that nobody has filled in stops `db migrate`; an applied one stops nothing. */
function unfilled(found: Finding, { pending }: MigratePlan): Finding {
  return found.code === "MIGRATION_EMPTY" && found.severity === "warning" &&
      pending.some(({ file }) => file === found.file)
    ? { ...found, severity: "error" }
    : found;
}

function lintedBy(plan: MigratePlan, all: boolean): (migration: Migration) => boolean {
  const pending = new Set(plan.pending);
  return (migration) => migration.hash !== null && (all || pending.has(migration));
}

/** What migrations destroy; rows are counted for those that are still to be applied. */
async function destroyedBy(
  migrations: Migration[],
  plan: MigratePlan,
  platform: Platform | null,
): Promise<Destruction[]> {
  const found = await Promise.all(
    migrations.map((migration) => {
      const isPending = plan.pending.includes(migration);
      return destructions(migration, null, isPending ? platform?.database ?? null : null);
    }),
  );
  return found.flat();
}

/** A history that cannot be replayed from nothing, and a database that is not what it makes. */
async function historyFindings(
  chain: MigrationChain,
  plan: MigratePlan,
  platform: Platform | null,
): Promise<{ findings: Finding[]; objects: ExplainedObject[] | null }> {
  if (chain.migrations.some(({ hash }) => hash === null)) return { findings: [], objects: null };
  const done = platform ? inDatabase(chain.migrations, plan) : [];
  const applied = explainHistory(done);
  applied.db.close();
  const later = platform ? plan.pending : chain.migrations;
  const all = applied.failure || later.length === 0 ? applied : explainHistory([...done, ...later]);
  if (all !== applied) all.db.close();
  const failed = all.failure;
  // A history that leans on tables made by hand is odd, but may be done with elsewhere. What is still to
  // be applied on top of a sound one would fail, and so would what is no SQL at all.
  const isBroken = /syntax error|incomplete input|unrecognized token/.test(failed?.message ?? "");
  const isNext = platform && !applied.failure && done.length > 0;
  const severity = isBroken || isNext ? "error" : "warning";
  const findings = failed ? [replayFailed(chain, failed, severity)] : [];
  if (!platform || applied.failure || plan.edited.length > 0) return { findings, objects: null };
  const drift = await compareLive(applied.objects, all.objects, platform.database);
  return { findings: [...drift.findings, ...findings], objects: drift.objects };
}

function replayFailed(
  chain: MigrationChain,
  failure: ScriptFailure,
  severity: Finding["severity"],
): Finding {
  const migration = chain.migrations.find(({ tag }) => tag === failure.tag)!;
  const statement = failure.index === null ? undefined : migration.statements[failure.index];
  return {
    code: "REPLAY_FAILED",
    severity,
    file: migration.file,
    line: statement?.line ?? null,
    message: `\`${failure.tag}\` fails on an empty database: ${failure.message}`,
    fix: severity === "error" ? `Mend \`${migration.file}\`: it is not applied yet` : null,
  };
}

function staleHash(chain: MigrationChain): Finding {
  return {
    code: "SCHEMA_HASH_STALE",
    severity: "info",
    file: `${chain.folder}/meta/_edgespark_schema_hash`,
    line: null,
    message:
      "`db_schema.ts` was edited after the last `db generate`, without a change of the database",
    fix: "Run `edgespark db generate`",
  };
}
