import { parseConfig } from "../project/config.ts";
import { decode } from "../project/project.ts";
import {
  CHECKSUMS,
  renderChecksums,
  renderSystemSchema,
  renderTypes,
} from "../generated/render.ts";
import { fitAgentFiles } from "./agent_files.ts";
import { fitPackageNames } from "./package_names.ts";
import { fillPlaceholders } from "./placeholders.ts";
import type { ScaffoldFile } from "./templates.ts";
import { textOf } from "./text.ts";

/** What makes a project out of a template. */
export interface Fitting {
  /** The project's name, checked. */
  name: string;
  /** The name of the instruction files. */
  instructions: string;
  /** A UUID. */
  projectId: string;
  /** Files of the built-in template, for what a template does not bring. */
  spare: ScaffoldFile[];
}

const CONFIG = "edgespark.toml";
/**
 * What a project has, whether its template brings it or not; git keeps no empty folder, so that of
 * `edgespark log tail > .logs/edgespark.log` has a file.
 */
const ALWAYS = ["configs/auth-config.yaml", ".logs/.gitignore"];

/**
 * The files of the new project, sorted by path: the template under a name and an id of its own, with
 * the instruction files of the chosen agent, the generated files of this program, and the default auth
 * config and the folder for logs where it has none. Touches nothing.
 *
 * @throws Failure as parseConfig does, for the template's `edgespark.toml`.
 */
export function fitTemplate(template: ScaffoldFile[], fitting: Fitting): ScaffoldFile[] {
  const { name, instructions, projectId } = fitting;
  const toml = template.find(({ path }) => path === CONFIG)!.content;
  const config = decode(typeof toml === "string" ? new TextEncoder().encode(toml) : toml, CONFIG);
  const { serverPath, web } = parseConfig(config, CONFIG);
  const filled = (file: ScaffoldFile) =>
    fillPlaceholders(file, { name, instructions, hasWeb: web !== null });
  const files = new Map(template.map((file) => [finalPath(file.path), filled(file)]));
  files.set(CONFIG, { ...files.get(CONFIG)!, content: withProjectId(config, projectId) });
  const parts = [serverPath, ...(web ? [web.path] : [])];
  fitPackageNames(files, name, parts);
  fitAgentFiles(files, instructions, [
    { at: "", spare: "" },
    { at: serverPath, spare: "server" },
    ...(web ? [{ at: web.path, spare: "web" }] : []),
  ], fitting.spare.map(filled));
  for (const spare of fitting.spare) {
    const path = finalPath(spare.path);
    if (ALWAYS.includes(path) && !files.has(path)) files.set(path, spare);
  }
  const folder = `${serverPath === "." ? "" : `${serverPath}/`}src/__generated__/`;
  const checksums = textOf(files.get(folder + CHECKSUMS)?.content);
  const generated = {
    ...renderTypes(),
    ...renderSystemSchema(),
    [CHECKSUMS]: renderChecksums(checksums),
  };
  for (const [file, content] of Object.entries(generated)) {
    files.set(folder + file, { path: folder + file, content });
  }
  return [...files]
    .map(([path, file]) => ({ ...file, path }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `_gitignore` -> `.gitignore`: a real one would act on the template itself. */
function finalPath(path: string): string {
  return path.replace(/(^|\/)_gitignore$/, "$1.gitignore");
}

/** The id of a template belongs to nobody, and that of somebody's project to somebody. */
function withProjectId(toml: string, projectId: string): string {
  const line = `project_id = "${projectId}"`;
  const section = /^\s*\[/m.exec(toml)?.index ?? toml.length;
  const top = toml.slice(0, section);
  const key = /^[ \t]*(project_id|"project_id")[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*')/m;
  return (key.test(top) ? top.replace(key, line) : `${line}\n\n${top}`) + toml.slice(section);
}
