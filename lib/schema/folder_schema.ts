import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { generateByKit } from "./generate_by_kit.ts";
import { notGenerated } from "./readiness.ts";

/**
 * Whether the declared schema is what a history in folders makes: the project's own drizzle-kit is asked,
 * without a word of it being kept. Where it is not installed, that is said, as a warning.
 *
 * @throws Failure DRIZZLE_KIT_FAILED (tool), SYSTEM_TABLE_CREATED (failed)
 */
export async function folderSchemaFindings(system: System, project: Project): Promise<Finding[]> {
  const source = `${project.config.serverPath}/src/defs/db_schema.ts`;
  try {
    const { changed, statements } = await generateByKit(system, project, { dryRun: true });
    return changed ? [notGenerated(source, statements.length)] : [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === "MISSING_HINTS" || error.code === "ROWS_LOST") {
      return [notGenerated(source, null)];
    }
    if (error.code !== "DRIZZLE_KIT_MISSING") throw error;
    return [{
      code: "SCHEMA_UNCHECKED",
      severity: "warning",
      file: source,
      line: null,
      message: `Nobody looked whether the schema is generated. ${error.message}`,
      fix: error.hint ?? null,
    }];
  }
}
