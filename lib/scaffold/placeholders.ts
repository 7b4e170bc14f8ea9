import type { ScaffoldFile } from "./templates.ts";
import { textOf } from "./text.ts";

/** What the texts of a template depend on. */
export interface TextFacts {
  /** The project's name. */
  name: string;
  /** The name of the instruction files. */
  instructions: string;
  hasWeb: boolean;
}

/** Lines round what is true only with a part, or only without it. */
const PART = /^<!-- ((no )?web) -->\n([\s\S]*?)^<!-- \/\1 -->\n/gm;

/** A file with its placeholders filled in. Bytes, and every other pair of braces, stay as they are. */
export function fillPlaceholders(file: ScaffoldFile, facts: TextFacts): ScaffoldFile {
  const text = textOf(file.content);
  if (text === null) return file;
  const filled = (file.path.endsWith(".md") ? withParts(text, facts.hasWeb) : text)
    .replaceAll(/\{\{(PROJECT_NAME|projectName)\}\}/g, facts.name)
    .replaceAll("{{AGENT_FILE}}", facts.instructions);
  return filled === text ? file : { ...file, content: filled };
}

function withParts(text: string, hasWeb: boolean): string {
  return text.replace(
    PART,
    (_, _mark: string, no: string | undefined, inner: string) =>
      hasWeb === (no === undefined) ? inner : "",
  );
}
