import type { TsconfigRaw } from "esbuild";
import { dirname, isAbsolute, join } from "@std/path";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { readTsconfigChain, type TsconfigFile } from "./tsconfig_chain.ts";

/** What of `server/tsconfig.json` the bundle follows. */
export interface TsSettings {
  /** `compilerOptions.paths`: pattern with at most one `*` -> targets, absolute. */
  paths: [pattern: string, targets: string[]][];
  /** `compilerOptions.baseUrl`, absolute: where plain names are looked for before packages. */
  baseUrl: string | null;
  /** The options that change what the code means, in esbuild's form. */
  raw: TsconfigRaw;
  /** What was not followed. */
  warnings: string[];
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
 * Reads `server/tsconfig.json` with what it extends (comments and trailing commas allowed). As in
 * TypeScript, an option of the nearer file replaces that of the farther one as a whole, and paths are
 * relative to the file that they stand in, or to the `baseUrl`.
 *
 * @throws Failure TSCONFIG_INVALID (config).
 */
export async function readTsSettings(system: System, project: Project): Promise<TsSettings> {
  const { files, warnings } = await readTsconfigChain(system, project);
  const holder = (name: string) => files.findLast(({ options }) => name in options);
  const withBase = holder("baseUrl");
  const baseUrl = typeof withBase?.options.baseUrl === "string"
    ? join(dirname(withBase.file), withBase.options.baseUrl)
    : null;
  const withPaths = holder("paths");
  const options = Object.assign({}, ...files.map(({ options }) => options));
  return {
    paths: withPaths ? pathsOf(withPaths, baseUrl, project.server) : [],
    baseUrl,
    raw: {
      compilerOptions: Object.fromEntries(
        MEANING.filter((name) => name in options).map((name) => [name, options[name]]),
      ),
    },
    warnings,
  };
}

function pathsOf(
  { file, options }: TsconfigFile,
  baseUrl: string | null,
  server: string,
): TsSettings["paths"] {
  if (typeof options.paths !== "object" || options.paths === null) return [];
  const place = (target: string) => {
    const path = target.replace("${configDir}", server);
    return isAbsolute(path) ? path : join(baseUrl ?? dirname(file), path);
  };
  return Object.entries(options.paths).flatMap(([pattern, targets]): TsSettings["paths"] =>
    Array.isArray(targets)
      ? [[
        pattern,
        targets.filter((target) => typeof target === "string").map(place),
      ]]
      : []
  );
}

/** The files that a specifier may mean by `paths`, best first; null when no pattern fits. */
export function matchPaths(
  specifier: string,
  settings: Pick<TsSettings, "paths">,
): string[] | null {
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
