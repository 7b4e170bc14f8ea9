import { join } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { assertCurrentLayout } from "../project/layout.ts";
import { openProject } from "../project/project.ts";
import { agentFile } from "./agents.ts";
import { type Draft, withDraft } from "./drafts.ts";
import { fitTemplate } from "./fit.ts";
import { pathOf } from "./from_folder.ts";
import { type ProjectNeeds, readNeeds } from "./needs.ts";
import { nextSteps } from "./next_steps.ts";
import { checkProjectName } from "./project_name.ts";
import { readTemplate } from "./read_template.ts";
import { parseSource, type TemplateSource } from "./source.ts";
import { builtInFiles, type ScaffoldFile } from "./templates.ts";

/** What `init` was asked for. */
export interface InitOptions {
  name: string;
  /** The coding agent whose instruction files are written. */
  agent: string | undefined;
  /** Where the template comes from, as typed; the built-in full-stack one when left out. */
  template?: string;
  /** The folder in which the project's folder is made. Absolute. */
  parent: string;
}

/** What `init` has made. */
export interface InitResult {
  /** The project's root. Absolute. */
  path: string;
  projectId: string;
  /** The name of the instruction files: in the root, in the server and in the web folder. */
  agentFile: string;
  /** As typed. */
  template: string;
  /** Relative to the root, sorted. */
  files: string[];
  /** Links and the like of the template, which are never made. */
  skipped: string[];
  /** What the project declares and therefore needs. */
  needs: ProjectNeeds;
  /** Command lines to run next, in order. */
  next: string[];
}

/**
 * Makes a new project from a template. Everything is written into a hidden folder beside the final
 * one, which then takes its place in one step: there is a whole project or none. Nothing that a
 * template brings is run.
 *
 * @throws Failure BAD_NAME, MISSING_AGENT, TEMPLATE_SOURCE (usage); FOLDER_EXISTS (conflict);
 * TEMPLATE_UNKNOWN, TEMPLATE_NOT_FOUND (missing); TEMPLATE_INVALID, LEGACY_LAYOUT and the other codes
 * of `edgespark.toml` (config); DOWNLOAD_FAILED (network); GIT_MISSING, GIT_FAILED (tool);
 * ARCHIVE_BROKEN, ARCHIVE_UNSAFE, ARCHIVE_TOO_LARGE, TEMPLATE_TOO_LARGE (failed).
 */
export async function initProject(system: System, options: InitOptions): Promise<InitResult> {
  const { name, agent, parent, template = "fullstack" } = options;
  checkProjectName(name);
  const instructions = agentFile(agent);
  const source = parseSource(template);
  const path = join(parent, name);
  await refuseExisting(system, path, name);
  narrow(system, parent, source);

  const projectId = crypto.randomUUID();
  const made = { files: [] as string[], skipped: [] as string[] };
  let needs: ProjectNeeds | undefined;
  let next: string[] = [];
  const moved = await withDraft(system, parent, name, async (draft) => {
    const read = await readTemplate(system, source, draft.scratch);
    system.permissions.dropNetwork();
    const spare = await builtInFiles(system.assets, "fullstack");
    const files = fitTemplate(read.files, { name, instructions, projectId, spare });
    await write(system, draft, files);
    const project = await openProject(system, draft.folder);
    await assertCurrentLayout(system, project);
    needs = await readNeeds(system, project);
    const { serverPath, web } = project.config;
    next = nextSteps(name, { serverPath, webPath: web?.path ?? null }, needs);
    made.files = files.map((file) => file.path);
    made.skipped = read.skipped;
  });
  if (!moved) throw folderExists(path, name);
  return { path, projectId, agentFile: instructions, template, ...made, needs: needs!, next };
}

/** Gives up what making this project does not need: other folders, and the network. */
function narrow(system: System, parent: string, source: TemplateSource): void {
  const place = source.kind === "path" ? pathOf(system, source.path) : null;
  system.permissions.narrow([parent, ...(place ? [place] : [])]);
  if (source.kind !== "github" && source.kind !== "url") system.permissions.dropNetwork();
}

async function write(system: System, draft: Draft, files: ScaffoldFile[]): Promise<void> {
  for (const { path, content, executable } of files) {
    system.signal.throwIfAborted();
    const options = executable ? { mode: 0o755 } : {};
    await system.files.write(join(draft.folder, ...path.split("/")), content, options);
  }
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
