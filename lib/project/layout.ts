import { join, relative } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "./project.ts";

const GENERATED = /^\s*(import|export)\b([^;'"`]*\bfrom)?\s*["']@generated(\/[^"']*)?["']/m;
const CREATE_APP = /^\s*export\s+(async\s+)?(function\s+createApp\b|const\s+createApp\b)/m;
const DEFAULT_EXPORT = /^\s*export\s+default\b|\bas\s+default\b|\bexport\s*\{\s*default\b/m;

/**
 * Refuses a project whose code was written for the first layout of the platform: an exported
 * `createApp(edgespark)` instead of an app, or imports from `@generated`.
 *
 * @throws Failure LEGACY_LAYOUT (config) with file and line and what to change.
 */
export async function assertCurrentLayout(system: System, project: Project): Promise<void> {
  const path = join(project.server, "src", "index.ts");
  const bytes = await system.files.read(path);
  if (bytes === null) return;
  const text = new TextDecoder().decode(bytes);
  const code = withoutComments(text);
  const file = relative(project.root, path).replaceAll("\\", "/");
  if (CREATE_APP.test(code) && !DEFAULT_EXPORT.test(code)) {
    throw legacy(
      file,
      lineOf(code, CREATE_APP),
      "exports `createApp`",
      "Create the app once at the top of the file, take `db`, `storage` and the like from `edgespark`, and end with `export default app` instead of `createApp`",
    );
  }
  if (GENERATED.test(code)) {
    throw legacy(
      file,
      lineOf(code, GENERATED),
      "imports `@generated`",
      "Import tables and buckets from `@defs` (declared in `server/src/defs`) instead of `@generated`",
    );
  }
}

function legacy(file: string, line: number, what: string, hint: string): Failure {
  return new Failure(
    "config",
    "LEGACY_LAYOUT",
    `\`${file}:${line}\` uses the old layout: it ${what}`,
    { hint, details: { file, line } },
  );
}

/** Comments become blanks, so that lines stay where they are. */
function withoutComments(text: string): string {
  const blank = (comment: string) => comment.replace(/[^\n]/g, " ");
  return text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (found, kept) => kept ?? blank(found),
  );
}

/** The line (from 1) of the first match, without the blanks before it. */
function lineOf(code: string, pattern: RegExp): number {
  const match = pattern.exec(code)!;
  const start = match.index + (match[0].length - match[0].trimStart().length);
  return code.slice(0, start).split("\n").length;
}
