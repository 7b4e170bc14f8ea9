import type { Finding } from "../finding.ts";
import type { ListedCommand, StaleTable } from "../generated/agent_files.ts";
import type { GeneratedFile } from "../generated/generated.ts";
import { staleFinding } from "../generated/stale_finding.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";

/** Generated files, and our tables in the agents' files, that are missing or not what this program writes. */
export async function generatedFindings(
  system: System,
  project: Project,
  commands: ListedCommand[],
): Promise<Finding[]> {
  const [{ planGenerated }, { staleAgentTables }] = await Promise.all([
    import("../generated/generated.ts"),
    import("../generated/agent_files.ts"),
  ]);
  const [types, schema, tables] = await Promise.all([
    planGenerated(system, project, "types"),
    planGenerated(system, project, "schema"),
    staleAgentTables(system, project, commands),
  ]);
  const stale = (files: GeneratedFile[], command: string) =>
    files.filter(({ state }) => state !== "same").map((file) => staleFinding(file, command));
  return [
    ...stale(types.files, "edgespark pull types"),
    ...stale(schema.files, "edgespark pull schema"),
    ...tables.map(staleTable),
  ];
}

function staleTable({ path, line, missing }: StaleTable): Finding {
  const names = missing.map((command) => `\`${command}\``).join(", ");
  return {
    code: "AGENT_COMMANDS_STALE",
    severity: "warning",
    file: path,
    line,
    message: "The table of commands is not that of this program" +
      (names ? `: ${names} ${missing.length === 1 ? "is" : "are"} not in it` : ""),
    fix: "Run `edgespark pull`",
  };
}
