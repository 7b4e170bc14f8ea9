import { join } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { agentFile } from "./agents.ts";
import { moveIntoPlace } from "./move_into_place.ts";
import { nextSteps } from "./next_steps.ts";
import { checkProjectName } from "./project_name.ts";
import { scaffoldFiles } from "./scaffold.ts";

/** What `init` was asked for. */
export interface InitOptions {
  name: string;
  /** The coding agent whose instruction files are written. */
  agent: string | undefined;
  /** The folder in which the project's folder is made. Absolute. */
  parent: string;
}

/** What `init` has made. */
export interface InitResult {
  /** The project's root. Absolute. */
  path: string;
  projectId: string;
  /** The name of the instruction files: in the root, in `server` and in `web`. */
  agentFile: string;
  /** Relative to the root, sorted. */
  files: string[];
  /** Command lines to run next, in order. */
  next: string[];
}

/**
 * Makes a new project. Everything is written into a hidden folder beside the final one, which then
 * takes its place in one step: there is a whole project or none.
 *
 * @throws Failure BAD_NAME, MISSING_AGENT (usage); FOLDER_EXISTS (conflict).
 */
export async function initProject(system: System, options: InitOptions): Promise<InitResult> {
  const { name, agent, parent } = options;
  checkProjectName(name);
  const instructions = agentFile(agent);
  const path = join(parent, name);
  await refuseExisting(system, path, name);

  const projectId = crypto.randomUUID();
  const files = await scaffoldFiles(system.assets, { name, agent, projectId });
  const draft = join(parent, `.${name}.${projectId}.tmp`);
  try {
    for (const file of files) {
      system.signal.throwIfAborted();
      await system.files.write(join(draft, ...file.path.split("/")), file.content);
    }
    if (!(await moveIntoPlace(draft, path))) throw folderExists(path, name);
  } catch (error) {
    await system.files.remove(draft);
    throw error;
  }
  return {
    path,
    projectId,
    agentFile: instructions,
    files: files.map((file) => file.path),
    next: nextSteps({
      folder: name,
      hasWeb: true,
      vars: [],
      secrets: [],
      hasMigrations: false,
      hasBuckets: false,
    }),
  };
}

/** An empty folder may stand there; anything else is not ours to touch. */
async function refuseExisting(system: System, path: string, name: string): Promise<void> {
  const info = await system.files.info(path);
  if (!info) return;
  if (info.kind === "folder" && (await system.files.list(path)).length === 0) return;
  throw folderExists(path, name);
}

function folderExists(path: string, name: string): Failure {
  return new Failure("conflict", "FOLDER_EXISTS", `\`${path}\` exists and is not empty`, {
    hint: `Choose another name, for example \`edgespark init ${
      name.slice(0, 62)
    }-2\`, or move the folder away`,
    details: { path },
  });
}
