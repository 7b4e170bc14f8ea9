import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { type MigrationChain, readChain } from "./chain.ts";
import { readDeclaredSchema, type ReadSchema } from "./declared.ts";
import { destructions } from "./destruction.ts";
import { driftFindings } from "./drift.ts";
import { replay, scriptOf } from "./history.ts";
import { forbiddenStatements } from "./migration_rules.ts";
import { inDatabase, type MigratePlan, planMigrate } from "./plan_migrate.ts";
import { ledgerFindings, schemaFindings } from "./readiness.ts";
import { schemaHashState } from "./schema_hash.ts";
import { runScripts, type ScriptFailure } from "./shadow.ts";

export { migrationReadiness } from "./readiness.ts";

/** The answer of `db check`. */
export interface CheckResult {
  /** No finding is an error. */
  ok: boolean;
  findings: Finding[];
}

/**
 * Checks everything that leads to the database: the chain of migrations, the declared schema against it,
 * and, with a platform, what is applied and whether the live schema is what the migrations make.
 *
 * @throws Failure (config) for unreadable migration files; those of the sandbox
 */
export async function checkDatabase(
  system: System,
  project: Project,
  platform: Platform | null,
  read: ReadSchema = readDeclaredSchema,
): Promise<CheckResult> {
  const reading = read(system, project);
  // Awaited below; until then its failure is nobody's surprise.
  reading.catch(() => {});
  const [chain, hash] = await Promise.all([
    readChain(system, project),
    schemaHashState(system, project),
  ]);
  const ledger = platform ? await platform.database.ledger() : [];
  const plan = planMigrate(chain.migrations, ledger);
  const schema = await schemaFindings(chain, await reading);
  const findings = [
    ...chain.findings,
    ...schema,
    ...(hash === "stale" && schema.length === 0 ? [staleHash(chain)] : []),
    ...chain.migrations.flatMap(forbiddenStatements),
    ...(platform ? ledgerFindings(plan, "warning") : []),
    ...await replayFindings(chain, plan, platform),
    ...await destructiveFindings(chain, plan, platform),
  ];
  return { ok: findings.every(({ severity }) => severity !== "error"), findings };
}

/** A history that cannot be replayed from nothing, and a database that is not what it makes. */
async function replayFindings(
  chain: MigrationChain,
  plan: MigratePlan,
  platform: Platform | null,
): Promise<Finding[]> {
  if (chain.migrations.some(({ hash }) => hash === null)) return [];
  const { db, failure } = replay(platform ? inDatabase(chain.migrations, plan) : []);
  try {
    const isKnown = platform && !failure && plan.edited.length === 0;
    const drift = isKnown && plan.pending.length < chain.migrations.length
      ? await driftFindings(db, platform.database)
      : [];
    const refused = failure ??
      runScripts(db, (platform ? plan.pending : chain.migrations).map(scriptOf));
    return refused ? [...drift, replayFailed(chain, refused)] : drift;
  } finally {
    db.close();
  }
}

function replayFailed(chain: MigrationChain, failure: ScriptFailure): Finding {
  const migration = chain.migrations.find(({ tag }) => tag === failure.tag)!;
  const statement = failure.index === null ? undefined : migration.statements[failure.index];
  return {
    code: "REPLAY_FAILED",
    severity: "warning",
    file: migration.file,
    line: statement?.line ?? null,
    message: `\`${failure.tag}\` fails on an empty database: ${failure.message}`,
    fix: null,
  };
}

/** What the migrations that are still to be applied destroy; without a platform, all of them. */
async function destructiveFindings(
  chain: MigrationChain,
  plan: MigratePlan,
  platform: Platform | null,
): Promise<Finding[]> {
  const migrations = platform ? plan.pending : chain.migrations;
  const found = await Promise.all(
    migrations.map((migration) => destructions(migration, null, platform?.database ?? null)),
  );
  return found.flat().map(({ tag, destroys, file, line }) => ({
    code: "DESTRUCTIVE",
    severity: "info" as const,
    file,
    line,
    message: `\`${tag}\` destroys ${destroys}`,
    fix: platform ? "`edgespark db migrate` asks for `--confirm-dangerous`" : null,
  }));
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
