import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { checkRepo, type RepoCheck, type RepoCheckOptions } from "./check.ts";

/** The answer of `check --fix`. */
export interface FixedCheck extends RepoCheck {
  /** The commands that were carried out. */
  fixed: string[];
}

/**
 * Checks, does what is safe, and checks again. Safe is what writes files that this program alone writes
 * and that version control shows: generated files, its tables in the agents' files, the stored hash of
 * the schema, and a migration that asks no question and only adds. Nothing is applied or set.
 */
export async function checkFixing(
  system: System,
  project: Project,
  options: RepoCheckOptions,
): Promise<FixedCheck> {
  const check = () => checkRepo(system, project, options);
  const first = await check();
  const fixed: string[] = [];
  const pull = first.commands.find((command) => command.startsWith("edgespark pull"));
  if (pull) {
    const { pullGenerated } = await import("../generated/generated.ts");
    const scope = pull.endsWith("types") ? "types" : pull.endsWith("schema") ? "schema" : "all";
    await pullGenerated(system, project, scope, scope === "all" ? options.listed : []);
    fixed.push(pull);
  }
  const generates = first.commands.includes("edgespark db generate") ||
    first.findings.some(({ code }) => code === "SCHEMA_HASH_STALE");
  if (generates && await generateSafely(system, project)) fixed.push("edgespark db generate");
  return { ...fixed.length > 0 ? await check() : first, fixed };
}

/** Verbs that only add; an index is made again from its table at any time. */
const ADDS = /^(CREATE |ALTER TABLE ADD|DROP INDEX$)/;

/** Writes the migration, or the hash of an unchanged schema; false: it does more than add. */
async function generateSafely(system: System, project: Project): Promise<boolean> {
  const [{ generateMigration }, { classify }, { splitStatements }] = await Promise.all([
    import("../schema/generate.ts"),
    import("../schema/classify.ts"),
    import("../schema/statements.ts"),
  ]);
  const { statements, findings } = await generateMigration(system, project, { dryRun: true });
  const adds = statements.flatMap((sql) => splitStatements(sql)).every((statement) =>
    ADDS.test(classify(statement).verb)
  );
  if (!adds || findings.length > 0) return false;
  await generateMigration(system, project, {});
  return true;
}
