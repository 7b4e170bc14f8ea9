import { renderChecksums, renderSystemSchema, renderTypes } from "../generated/render.ts";
import type { Assets } from "../ports/assets.ts";
import { agentFile } from "./agents.ts";
import { checkProjectName } from "./project_name.ts";
import { readTemplate, type ScaffoldFile } from "./templates.ts";

/** What a new project is made of. */
export interface ScaffoldOptions {
  name: string;
  /** The coding agent; decides the name of the instruction files. */
  agent: string | undefined;
  /** A UUID. */
  projectId: string;
}

const GENERATED = "server/src/__generated__/";

/**
 * The files of a new full-stack project, sorted by path: the template with its placeholders filled
 * in, and the generated files. Touches nothing.
 *
 * @throws Failure BAD_NAME, MISSING_AGENT (usage).
 */
export async function scaffoldFiles(
  assets: Assets,
  { name, agent, projectId }: ScaffoldOptions,
): Promise<ScaffoldFile[]> {
  checkProjectName(name);
  const instructions = agentFile(agent);
  const filled = (text: string) =>
    text
      .replaceAll("{{PROJECT_NAME}}", name)
      .replaceAll("{{AGENT_FILE}}", instructions)
      .replace(/^(project_id\s*=\s*)"REPLACED_ON_INIT"/m, `$1"${projectId}"`);
  const template = await readTemplate(assets, "fullstack");
  const files = template.map(({ path, content }) => ({
    path: finalPath(path, instructions),
    content: typeof content === "string" ? filled(content) : content,
  }));
  const generated = {
    ...renderTypes(),
    ...renderSystemSchema(),
    ".checksums.json": renderChecksums(null),
  };
  for (const [file, content] of Object.entries(generated)) {
    files.push({ path: GENERATED + file, content });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `_gitignore` -> `.gitignore` (a real one would act on the template itself), AGENTS.md -> the agent's. */
function finalPath(path: string, instructions: string): string {
  return path
    .replace(/(^|\/)_gitignore$/, "$1.gitignore")
    .replace(/(^|\/)AGENTS\.md$/, `$1${instructions}`);
}
