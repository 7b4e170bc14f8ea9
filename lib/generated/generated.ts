import { join, relative } from "@std/path";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { type ListedCommand, writeAgentTables } from "./agent_files.ts";
import {
  CHECKSUMS,
  renderChecksums,
  type Rendered,
  renderSystemSchema,
  renderTypes,
} from "./render.ts";
import { compareSymbols, type SymbolChanges } from "./symbols.ts";

/** Which generated files: the types, the system tables, or all of them. */
export type GeneratedScope = "types" | "schema" | "all";

/** One file under `__generated__`, compared with what this program would write: `added` stands only there. */
export interface GeneratedFile extends SymbolChanges {
  /** Relative to the project root, with forward slashes. */
  path: string;
  state: "same" | "missing" | "differs";
  /** All of `added`, `changed` and `removed`; empty when only wording differs. */
  symbols: string[];
}

/** What `pull` and `pull types --check` answer. */
export interface GeneratedPlan {
  files: GeneratedFile[];
}

interface Target extends GeneratedFile {
  /** Absolute. */
  file: string;
  text: string;
}

/** Compares the generated files of a project with what this program would write; writes nothing. */
export async function planGenerated(
  system: System,
  project: Project,
  scope: GeneratedScope,
): Promise<GeneratedPlan> {
  const targets = await compare(system, project, scope);
  return { files: targets.map(({ file: _file, text: _text, ...compared }) => compared) };
}

/**
 * Writes the generated files that are missing or differ, and no other. Takes no lock.
 *
 * @returns the paths that changed, relative to the project root.
 */
export async function writeGenerated(
  system: System,
  project: Project,
  scope: GeneratedScope,
): Promise<string[]> {
  const stale = (await compare(system, project, scope)).filter(({ state }) => state !== "same");
  for (const { file, text } of stale) await system.files.write(file, text);
  return stale.map(({ path }) => path);
}

/** What a `pull` did. */
export interface PullResult {
  /** Files that were written, relative to the project root. */
  changed: string[];
  /** Those of them that a reader of the code should read again. */
  reread: string[];
}

/**
 * `writeGenerated` under the project's lock. With `commands` also the tables of commands in the agents'
 * files that are ours by their marks.
 *
 * @throws Failure LOCKED (conflict)
 */
export async function pullGenerated(
  system: System,
  project: Project,
  scope: GeneratedScope,
  commands: ListedCommand[] = [],
): Promise<PullResult> {
  const command = scope === "all" ? "pull" : `pull ${scope}`;
  const changed = await withLock(system, project, command, async () => [
    ...await writeGenerated(system, project, scope),
    ...commands.length > 0 ? await writeAgentTables(system, project, commands) : [],
  ]);
  return { changed, reread: changed.filter((path) => !path.endsWith(CHECKSUMS)) };
}

/** What `pull types --check` answers. */
export interface TypesCheck extends GeneratedPlan {
  upToDate: boolean;
  /** Paths of the files that are missing or differ. */
  differs: string[];
}

/** Whether `pull types` would write anything. */
export async function checkTypes(system: System, project: Project): Promise<TypesCheck> {
  const { files } = await planGenerated(system, project, "types");
  const differs = files.filter(({ state }) => state !== "same").map(({ path }) => path);
  return { upToDate: differs.length === 0, differs, files };
}

async function compare(system: System, project: Project, scope: GeneratedScope): Promise<Target[]> {
  const wanted: Rendered = {
    ...(scope === "schema" ? {} : renderTypes()),
    ...(scope === "types" ? {} : renderSystemSchema()),
  };
  const targets: Target[] = [];
  for (const [name, text] of Object.entries(wanted)) {
    targets.push(await compareFile(system, project, name, () => text));
  }
  if (scope !== "schema") {
    targets.push(await compareFile(system, project, CHECKSUMS, renderChecksums));
  }
  return targets;
}

const NONE: SymbolChanges = { added: [], changed: [], removed: [] };

async function compareFile(
  system: System,
  project: Project,
  name: string,
  render: (existing: string | null) => string,
): Promise<Target> {
  const file = join(project.generated, name);
  const bytes = await system.files.read(file);
  // A checkout with CRLF line ends is the same file.
  const existing = bytes && new TextDecoder().decode(bytes).replaceAll("\r\n", "\n");
  const text = render(existing);
  const changes = existing === text ? NONE : compareSymbols(existing ?? "", text);
  return {
    path: relative(project.root, file).replaceAll("\\", "/"),
    state: existing === null ? "missing" : existing === text ? "same" : "differs",
    ...changes,
    symbols: [...changes.added, ...changes.changed, ...changes.removed],
    file,
    text,
  };
}
