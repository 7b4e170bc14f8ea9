import type { Assets } from "../ports/assets.ts";
import { agentFile } from "./agents.ts";
import { fitTemplate } from "./fit.ts";
import { checkProjectName } from "./project_name.ts";
import { type BuiltIn, builtInFiles, type ScaffoldFile } from "./templates.ts";

/** What a new project is made of. */
export interface ScaffoldOptions {
  name: string;
  /** The coding agent; decides the name of the instruction files. */
  agent: string | undefined;
  /** A UUID. */
  projectId: string;
  /** "fullstack" unless said otherwise. */
  template?: BuiltIn;
}

/**
 * The files of a new project from a built-in template, sorted by path: placeholders filled in, and the
 * generated files. Touches nothing.
 *
 * @throws Failure BAD_NAME, MISSING_AGENT (usage).
 */
export async function scaffoldFiles(
  assets: Assets,
  { name, agent, projectId, template = "fullstack" }: ScaffoldOptions,
): Promise<ScaffoldFile[]> {
  checkProjectName(name);
  const instructions = agentFile(agent);
  const files = await builtInFiles(assets, template);
  return fitTemplate(files, { name, instructions, projectId, spare: [] });
}
