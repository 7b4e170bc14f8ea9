import { join } from "@std/path";
import type { System } from "../ports/system.ts";

const ENDLESS = /\bwhile\s*\(\s*(true|1|!0)\s*\)|\bfor\s*\(\s*;\s*;/;
const LOOP = /\b(while|for|do)\b\s*[({]/;
const WAITING = /\bawait\b/;
const LARGE = /\b(ArrayBuffer|WebAssembly|Buffer\.alloc|\w+Array\s*\(|\.repeat\s*\(|\.fill\s*\()/;

/** What is looked for first, by what went wrong. */
const PATTERNS = {
  timeout: [ENDLESS, LOOP, WAITING],
  memory: [ENDLESS, LARGE, LOOP],
  output: [ENDLESS, LOOP],
  threw: [/\bthrow\b/],
};

/**
 * The line (from 1) that most likely keeps a module from ending. A run that is ended from outside
 * cannot say where it was, only in which file; this is a guess from the file's text, or null.
 */
export async function suspectLine(
  system: System,
  root: string,
  file: string,
  kind: keyof typeof PATTERNS,
): Promise<number | null> {
  const bytes = await system.files.read(join(root, file)).catch(() => null);
  if (bytes === null) return null;
  const lines = new TextDecoder().decode(bytes).split("\n").map((line) =>
    line.replace(/^\s*(\/\/|\*|\/\*).*$/, "")
  );
  for (const pattern of PATTERNS[kind]) {
    const index = lines.findIndex((line) => pattern.test(line));
    if (index >= 0) return index + 1;
  }
  return null;
}
