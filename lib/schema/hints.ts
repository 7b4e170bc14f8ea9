import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { isAbsolute, join } from "@std/path";
import { parseJson } from "./json_text.ts";

/** What a hint is about. Views hold no rows: what is said of them changes nothing. */
export type HintKind = "table" | "column" | "view" | "add_not_null";

/**
 * An answer in the shape that drizzle-kit 1.0 takes for its `missing_hints`
 * (`drizzle-kit/skills/drizzle/hints.md` of its package). Entities are `[schema, table]` or
 * `[schema, table, column]`; SQLite has no schemas, the first name is always `public`.
 */
export type Hint =
  | { type: "rename"; kind: HintKind; from: string[]; to: string[] }
  | { type: "create"; kind: HintKind; entity: string[] }
  | { type: "confirm_data_loss"; kind: HintKind; entity: string[] };

const TYPES = ["rename", "create", "confirm_data_loss"];
const NAMES: Record<string, number> = { table: 2, view: 2, column: 3, add_not_null: 3 };

/**
 * Reads `--hints`: a file, `-` for standard input, or the JSON list itself.
 *
 * @param stdin gives the text of standard input
 * @throws Failure HINTS_MISSING, HINTS_INVALID (usage)
 */
export async function readHints(
  system: System,
  source: string,
  stdin: () => Promise<string> = readStdin,
): Promise<Hint[]> {
  if (source.trimStart().startsWith("[")) return parseHints(source, "--hints");
  if (source === "-") return parseHints(await stdin(), "standard input");
  const path = isAbsolute(source) ? source : join(system.env.cwd, source);
  const bytes = await system.files.read(path);
  if (bytes) return parseHints(new TextDecoder().decode(bytes), source);
  throw new Failure("usage", "HINTS_MISSING", `There is no file \`${source}\` with hints`, {
    hint: "Name a JSON file, or pass `-` and write the hints to standard input",
  });
}

/**
 * Reads a JSON list of hints.
 *
 * @throws Failure HINTS_INVALID (usage) with the place of the first fault
 */
export function parseHints(text: string, file: string): Hint[] {
  let value: unknown;
  try {
    value = parseJson(text, file);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw invalid(file, error.message, error.details);
  }
  if (!Array.isArray(value)) throw invalid(file, "it is not a list of hints");
  return value.map((item: unknown, index) => {
    const problem = problemOf(item);
    if (problem !== null) throw invalid(file, `hint ${index + 1} ${problem}`, { index });
    return item as Hint;
  });
}

function problemOf(hint: unknown): string | null {
  if (typeof hint !== "object" || hint === null) return "is not an object";
  const { type, kind, entity, from, to } = hint as Record<string, unknown>;
  if (!TYPES.includes(String(type))) return `has no \`type\` out of ${TYPES.join(", ")}`;
  const length = Object.hasOwn(NAMES, String(kind)) ? NAMES[String(kind)] : undefined;
  if (length === undefined) return `has no \`kind\` out of ${Object.keys(NAMES).join(", ")}`;
  const shape = length === 2 ? '["public", "table"]' : '["public", "table", "column"]';
  const isEntity = (value: unknown) =>
    Array.isArray(value) && value.length === length &&
    value.every((name) => typeof name === "string" && name !== "");
  if (type === "rename") {
    return isEntity(from) && isEntity(to)
      ? null
      : `needs \`from\` and \`to\`, each of the form ${shape}`;
  }
  return isEntity(entity) ? null : `needs \`entity\` of the form ${shape}`;
}

function invalid(file: string, reason: string, details: Record<string, unknown> = {}): Failure {
  return new Failure("usage", "HINTS_INVALID", `Invalid hints in \`${file}\`: ${reason}`, {
    hint: 'Write a list such as [{"type":"rename","kind":"column",' +
      '"from":["public","posts","title"],"to":["public","posts","headline"]}]',
    details,
  });
}

async function readStdin(): Promise<string> {
  const { default: process } = await import("node:process");
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of process.stdin) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
