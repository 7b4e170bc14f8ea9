import type { CommandTree } from "../lib/cli/tree.ts";

/** A command that does something: the words that call it, and its one line. */
export interface Leaf {
  path: string[];
  about: string;
}

/** Every command that can be called, in the order of the help page. */
export function leaves(tree: CommandTree, above: string[] = []): Leaf[] {
  return Object.entries(tree).flatMap(([name, { about, load, commands, hidden }]) => {
    if (hidden) return [];
    const path = [...above, name];
    return [...(load ? [{ path, about }] : []), ...leaves(commands ?? {}, path)];
  });
}

const BLOCK = /^<!-- commands -->\n[\s\S]*?^<!-- \/commands -->\n/gm;

/**
 * A text with the table of commands between its lines `<!-- commands -->` and `<!-- /commands -->`.
 * The lines themselves stay where the text is filled again.
 */
export function fillCommandTables(text: string, table: string, keepMarks: boolean): string {
  const [start, end] = keepMarks ? ["<!-- commands -->\n\n", "\n<!-- /commands -->\n"] : ["", ""];
  return text.replace(BLOCK, () => `${start}${table}${end}`);
}

/** The table for the agents of a project: names and what they do. */
export function agentTable(tree: CommandTree): string {
  const rows = leaves(tree).map(({ path, about }) => `| \`${path.join(" ")}\` | ${about} |\n`);
  return `| command | what it does |\n| --- | --- |\n${rows.join("")}`;
}
