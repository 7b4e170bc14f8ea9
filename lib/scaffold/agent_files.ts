import type { ScaffoldFile } from "./templates.ts";

/** The names under which agents look for their instructions, the common one first. */
const NAMES = ["AGENTS.md", "CLAUDE.md", "GEMINI.md"];

/** A folder that has instructions: where it is in the project, and in the built-in template. */
export interface AgentPlace {
  /** "" or "." for the root. */
  at: string;
  spare: string;
}

/**
 * Gives every place its instruction file under the chosen agent's name (contract section 2.12): the
 * template's file of that name, else its file for another agent renamed, else the built-in one. A
 * template that has the wanted name keeps its other ones too: they may refer to each other.
 */
export function fitAgentFiles(
  files: Map<string, ScaffoldFile>,
  wanted: string,
  places: AgentPlace[],
  spare: ScaffoldFile[],
): void {
  for (const place of places) {
    const path = within(place.at, wanted);
    if (files.has(path)) continue;
    const other = NAMES.map((name) => within(place.at, name)).find((name) => files.has(name));
    const builtIn = spare.find((file) => file.path === within(place.spare, "AGENTS.md"));
    const file = other === undefined ? builtIn : files.get(other);
    if (other !== undefined) files.delete(other);
    if (file) files.set(path, file);
  }
}

function within(folder: string, name: string): string {
  return folder === "" || folder === "." ? name : `${folder}/${name}`;
}
