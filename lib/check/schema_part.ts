import type { Finding } from "../finding.ts";
import { Failure } from "../failure.ts";
import { failureFindings } from "../deploy/failure_findings.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import type { DeclaredSchema } from "../schema/declared.ts";

/** What the schema's part of the check found. */
export interface SchemaPart {
  findings: Finding[];
  /** Null: it could not be evaluated. */
  schema: DeclaredSchema | null;
}

/**
 * Evaluates the schema once and checks everything that leads from it to the database. A schema that
 * cannot be evaluated is a finding, and the history of migrations is judged all the same.
 *
 * @param started called when there is nothing to do but wait for the sandbox
 */
export async function checkSchema(
  system: System,
  project: Project,
  open: () => Promise<Platform | null>,
  started: () => void,
): Promise<SchemaPart> {
  const { readSchema } = await import("../project/schema.ts");
  const reading = readSchema(system, project, undefined, started);
  const read = () => reading;
  // Awaited below; until then its failure is nobody's surprise.
  reading.then(started, started);
  try {
    const { checkDatabase } = await import("../schema/check.ts");
    const { findings } = await checkDatabase(system, project, open, read);
    const schema = await reading;
    return { findings: await withAnswers(system, project, schema, findings), schema };
  } catch (error) {
    const findings = failureFindings(error);
    if (await reading.then(() => true, () => false)) return { findings, schema: await reading };
    const { readChain } = await import("../schema/chain.ts");
    const chain = await readChain(system, project).catch((reason) => ({
      findings: failureFindings(reason),
    }));
    return { findings: [...findings, ...chain.findings], schema: null };
  }
}

/** Where only a person can say what a change of the schema means, the fix names the question. */
async function withAnswers(
  system: System,
  project: Project,
  schema: DeclaredSchema,
  findings: Finding[],
): Promise<Finding[]> {
  const index = findings.findIndex(({ code }) => code === "SCHEMA_NOT_GENERATED");
  if (index < 0) return findings;
  const { generateMigration } = await import("../schema/generate.ts");
  try {
    await generateMigration(system, project, { dryRun: true }, () => Promise.resolve(schema));
    return findings;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const fix = error.hint?.replaceAll(" --dry-run", "") ?? error.message;
    return findings.with(index, { ...findings[index]!, fix: `Decide: ${fix}` });
  }
}
