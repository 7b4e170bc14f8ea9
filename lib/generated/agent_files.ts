import { join, relative } from "@std/path";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";

/** A command of this program: its words, such as "db generate", and its one line. */
export interface ListedCommand {
  command: string;
  about: string;
}

/** The names that agents look for (contract section 2.12). */
const NAMES = ["AGENTS.md", "CLAUDE.md", "GEMINI.md"];
/** The marks round a table that this program wrote; everything else in the files is the project's own. */
const BLOCK = /^<!-- commands -->\r?\n[^]*?^<!-- \/commands -->$/gm;

/** The table of commands as it stands in the agents' files. */
export function commandTable(commands: ListedCommand[]): string {
  const rows = commands.map(({ command, about }) => `| \`${command}\` | ${about} |\n`);
  return `| command | what it does |\n| --- | --- |\n${rows.join("")}`;
}

/** A file with a table that is not what this program would write now. */
interface StaleFile {
  /** Absolute. */
  path: string;
  text: string;
  /** From 1, of the first stale table. */
  line: number;
}

/** A table that is ours by its marks and no longer true. */
export interface StaleTable {
  /** Relative to the project root, with forward slashes. */
  path: string;
  /** From 1. */
  line: number;
  /** Commands that are not in the file. */
  missing: string[];
}

/** The agents' files whose tables are not what this program would write now; writes nothing. */
export async function staleAgentTables(
  system: System,
  project: Project,
  commands: ListedCommand[],
): Promise<StaleTable[]> {
  return (await staleFiles(system, project, commands)).map(({ path, text, line }) => ({
    path: nameOf(project, path),
    line,
    missing: commands.map(({ command }) => command)
      .filter((command) => !text.includes(`| \`${command}\` |`)),
  }));
}

/** Writes the tables anew, and nothing else in the files. @returns the paths that changed */
export async function writeAgentTables(
  system: System,
  project: Project,
  commands: ListedCommand[],
): Promise<string[]> {
  const stale = await staleFiles(system, project, commands);
  for (const { path, text } of stale) {
    await system.files.write(path, text.replace(BLOCK, () => blockOf(commands)));
  }
  return stale.map(({ path }) => nameOf(project, path));
}

function nameOf(project: Project, path: string): string {
  return relative(project.root, path).replaceAll("\\", "/");
}

async function staleFiles(
  system: System,
  project: Project,
  commands: ListedCommand[],
): Promise<StaleFile[]> {
  const folders = new Set([project.root, project.server, project.web?.root ?? project.root]);
  const paths = [...folders].flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const wanted = blockOf(commands);
  const stale = await Promise.all(paths.map(async (path) => {
    const bytes = await system.files.read(path);
    if (!bytes) return [];
    const text = new TextDecoder().decode(bytes);
    const block = [...text.matchAll(BLOCK)].find(([found]) =>
      found.replaceAll("\r\n", "\n") !== wanted
    );
    return block ? [{ path, text, line: text.slice(0, block.index).split("\n").length }] : [];
  }));
  return stale.flat();
}

function blockOf(commands: ListedCommand[]): string {
  return `<!-- commands -->\n\n${commandTable(commands)}\n<!-- /commands -->`;
}
