import type { Message } from "esbuild";
import { Failure } from "../failure.ts";
import type { Telling } from "./esbuild.ts";

/** What a plugin of ours puts into an error's `detail`, to be told apart from esbuild's own. */
export interface OwnDetail {
  code: string;
  hint: string;
}

/** One line of what went wrong: relative to the project root, line and column from 1. */
export interface BuildProblem {
  code: string;
  file: string | null;
  line: number | null;
  column: number | null;
  message: string;
  hint?: string;
}

/** Turns the bundler's errors into one failure: the first one speaks, all of them are in the details. */
export function buildFailure(errors: Message[], telling: Telling): Failure {
  const problems = errors.map((error) => problemOf(error, telling));
  const first = problems[0] ??
    {
      code: "BUNDLE_FAILED",
      file: null,
      line: null,
      column: null,
      message: "The bundle could not be built",
    };
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return new Failure("failed", first.code, `${placeOf(first)}${first.message}${more}`, {
    ...first.hint && { hint: first.hint },
    details: {
      file: first.file,
      line: first.line,
      column: first.column,
      reason: first.message,
      errors: problems,
    },
  });
}

/** "`server/src/index.ts:3:14`: ", or nothing. */
function placeOf({ file, line, column }: BuildProblem): string {
  if (file === null) return "";
  return `\`${file}${line === null ? "" : `:${line}:${column}`}\`: `;
}

function problemOf(error: Message, telling: Telling): BuildProblem {
  const at = error.location;
  const before = at?.line === 1 ? telling.marks?.get(at.file) ?? 0 : 0;
  const place = {
    file: at?.file ?? null,
    line: at?.line ?? null,
    column: at ? Math.max(1, at.column + 1 - before) : null,
  };
  const own = error.detail as OwnDetail | undefined;
  if (own?.code) return { ...place, code: own.code, message: error.text, hint: own.hint };
  const missing = /^Could not resolve "(.+)"$/.exec(error.text)?.[1];
  if (missing !== undefined) return { ...place, ...missingImport(missing, telling.packages) };
  if (/^No loader is configured for "\.wasm" files/.test(error.text)) {
    return {
      ...place,
      code: "IMPORT_REFUSED",
      message: "WebAssembly files cannot be imported",
      hint:
        "A deployment is one JavaScript module: use a package that does without WebAssembly or carries it as text",
    };
  }
  if (/^No loader is configured for ".*" files/.test(error.text)) {
    return {
      ...place,
      code: "IMPORT_REFUSED",
      message: `${error.text.replace(/: .*$/, "")}`,
      hint: "Import only TypeScript, JavaScript, JSON and text files",
    };
  }
  if (/^No matching export in ".*" for import/.test(error.text)) {
    return { ...place, code: "EXPORT_MISSING", message: error.text };
  }
  return { ...place, code: "SYNTAX_ERROR", message: error.text };
}

function missingImport(
  specifier: string,
  packages: string,
): Pick<BuildProblem, "code" | "message" | "hint"> {
  if (/^[./]/.test(specifier)) {
    return {
      code: "IMPORT_MISSING",
      message: `There is no module \`${specifier}\``,
      hint: "Correct the path of the import, or add the file",
    };
  }
  const name = packageName(specifier);
  if (name.startsWith("@edgespark/")) {
    return {
      code: "PACKAGE_MISSING",
      message: `The package \`${name}\` is not on npm`,
      hint:
        "Take the import out of the server's code; the server needs only `edgespark`, `edgespark/http` and `@sdk/server-types`",
    };
  }
  return {
    code: "PACKAGE_MISSING",
    message: `The package \`${name}\` is not installed`,
    hint:
      `Run \`cd ${packages} && npm install\`, or \`npm install ${name}\` there if \`package.json\` does not name it`,
  };
}

/** "zod" of "zod/v4", "@scope/name" of "@scope/name/part". */
export function packageName(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
