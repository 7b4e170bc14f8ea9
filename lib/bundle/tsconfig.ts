import type { TsconfigRaw } from "esbuild";
import { join } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { decode, type Project } from "../project/project.ts";

/** What of `server/tsconfig.json` the bundle follows. */
export interface TsSettings {
  /** `compilerOptions.paths`: pattern with at most one `*` -> targets, absolute. */
  paths: [pattern: string, targets: string[]][];
  /** The options that change what the code means, in esbuild's form. */
  raw: TsconfigRaw;
}

const MEANING = [
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "experimentalDecorators",
  "useDefineForClassFields",
];

/**
 * Reads `server/tsconfig.json` (comments and trailing commas allowed). `extends` is not followed: it
 * would let a project point the bundler at any file of the machine.
 *
 * @throws Failure TSCONFIG_INVALID (config).
 */
export async function readTsSettings(system: System, project: Project): Promise<TsSettings> {
  const file = join(project.server, "tsconfig.json");
  const bytes = await system.files.read(file);
  if (bytes === null) return { paths: [], raw: {} };
  const options = compilerOptions(decode(bytes, file), file);
  const base = join(project.server, typeof options.baseUrl === "string" ? options.baseUrl : ".");
  const paths = Object.entries(
    typeof options.paths === "object" && options.paths !== null ? options.paths : {},
  );
  return {
    paths: paths.flatMap(([pattern, targets]) =>
      Array.isArray(targets)
        ? [[
          pattern,
          targets.filter((target) => typeof target === "string").map((target) =>
            join(base, target)
          ),
        ]]
        : []
    ),
    raw: {
      compilerOptions: Object.fromEntries(
        MEANING.filter((name) => name in options).map((name) => [name, options[name]]),
      ),
    },
  };
}

/** The files that a specifier may mean by `paths`, best first; null when no pattern fits. */
export function matchPaths(specifier: string, settings: TsSettings): string[] | null {
  const fitting = settings.paths.flatMap(([pattern, targets]) => {
    const [before, after] = pattern.split("*", 2) as [string, string?];
    if (after === undefined) {
      return specifier === pattern ? [{ weight: Infinity, rest: "", targets }] : [];
    }
    const fits = specifier.length >= before.length + after.length && specifier.startsWith(before) &&
      specifier.endsWith(after);
    return fits
      ? [{
        weight: before.length,
        rest: specifier.slice(before.length, specifier.length - after.length),
        targets,
      }]
      : [];
  });
  const best = fitting.sort((one, other) => other.weight - one.weight)[0];
  return best ? best.targets.map((target) => target.replace("*", () => best.rest)) : null;
}

function compilerOptions(text: string, file: string): Record<string, unknown> {
  try {
    const root: unknown = JSON.parse(plainJson(text));
    const options = (root as { compilerOptions?: unknown } | null)?.compilerOptions;
    return typeof options === "object" && options !== null
      ? options as Record<string, unknown>
      : {};
  } catch (cause) {
    throw new Failure(
      "config",
      "TSCONFIG_INVALID",
      `Invalid \`${file}\`: ${cause instanceof Error ? cause.message : cause}`,
      {
        details: { file },
        cause,
      },
    );
  }
}

/** JSON out of JSON with comments and trailing commas; strings are left as they are. */
export function plainJson(text: string): string {
  const withoutComments = text.replace(
    /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, kept) => kept ?? "",
  );
  return withoutComments.replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, kept) => kept ?? "");
}
