import type { BuildOptions, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { join, relative } from "@std/path";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { PURE_BUILTINS } from "./builtins.ts";
import { bundleModules } from "./esbuild.ts";
import { insideProject } from "./inside_project.ts";
import { PREBUILT_MODULES } from "./prebuilt.ts";
import { realProject } from "./real_project.ts";
import { ask, inPackage, refuse, resolveImports } from "./resolve.ts";
import { originalPlace, type SourcePlace } from "./source_map.ts";
import { readTsSettings } from "./tsconfig.ts";

/** Code of a project, made ready for the sandbox. */
export interface UserModules {
  code: string;
  /** Node's built-in modules that the code imports. */
  builtins: string[];
  /** The project's own files in it, relative to the root, sorted. */
  sources: string[];
  /** Where a place of `code` (from 1) comes from, relative to the root. */
  place(line: number, column: number): Promise<SourcePlace | null>;
}

const SUBJECT = "A declaration file";
/** The name of the module that the bundle starts from; it lies in no folder. */
const ENTRY = "edgespark-declarations.ts";

/**
 * Bundles declarations (schema, buckets) for evaluation: the project's own files and packages from its
 * `node_modules` that only compute; drizzle-orm is the sandbox's own. `entry` is the text of a module
 * that lies in `server/src/defs`.
 *
 * @throws Failure as bundleModules; IMPORT_OUTSIDE (failed); TSCONFIG_INVALID (config).
 */
export async function bundleDeclarations(
  system: System,
  project: Project,
  entry: string,
): Promise<UserModules> {
  const real = await realProject(system, project);
  const ts = await readTsSettings(system, real);
  const marks = new Map<string, number>();
  const options: BuildOptions = {
    stdin: { contents: entry, resolveDir: real.defs, sourcefile: ENTRY, loader: "ts" },
    absWorkingDir: real.root,
    outfile: join(real.root, "declarations.js"),
    tsconfigRaw: ts.raw,
    plugins: [
      resolveImports({ project: real, ts, builtins: PURE_BUILTINS, subject: SUBJECT, provided }),
      sandboxModules(),
      progressMarks(system, real.root, marks),
    ],
  };
  const telling = { packages: project.config.serverPath, marks };
  // A source map costs as much again as the bundle; it is made only when somebody asks where.
  const { code, metafile, builtins } = await bundleModules(
    system,
    { ...options, sourcemap: false },
    telling,
  );
  let mapped: Promise<Uint8Array> | null = null;
  await insideProject(system, real.root, metafile.inputs);
  return {
    code: new TextDecoder().decode(code),
    builtins,
    sources: Object.keys(metafile.inputs).filter(isOwnFile).sort(),
    async place(line, column) {
      mapped ??= bundleModules(system, options, telling).then(({ map }) => map);
      const place = originalPlace(await mapped, line, column);
      // The mark stands before the first line of a file.
      const mark = place?.line === 1 ? marks.get(place.file) ?? 0 : 0;
      return place && { ...place, column: Math.max(1, place.column - mark) };
    },
  };
}

function isOwnFile(path: string): boolean {
  return !inPackage(`/${path}`) && !/^[\w-]+:/.test(path) && !path.endsWith(`/${ENTRY}`);
}

async function provided(
  specifier: string,
  args: OnResolveArgs,
  build: PluginBuild,
): Promise<OnResolveResult | null> {
  if (PREBUILT_MODULES.has(specifier)) return { path: specifier, namespace: "sandbox" };
  if (specifier === "edgespark" || specifier.startsWith("edgespark/")) {
    return refuse(
      { subject: SUBJECT },
      `${SUBJECT} cannot import \`${specifier}\``,
      "Declarations are read before the app runs: use the SDK in handlers, outside of `src/defs`",
    );
  }
  if (!specifier.startsWith("drizzle-orm/")) return null;
  // Other parts of drizzle-orm work with the sandbox's own as long as the project has them.
  return await ask(build, specifier, args) ??
    refuse(
      { subject: SUBJECT },
      `${SUBJECT} cannot import \`${specifier}\``,
      "Tables are declared with `drizzle-orm/sqlite-core` and `drizzle-orm`",
    );
}

/** Modules that the Worker of the sandbox already holds. */
function sandboxModules(): Plugin {
  return {
    name: "sandbox-modules",
    setup(build) {
      build.onLoad({ filter: /.*/, namespace: "sandbox" }, ({ path }) => ({
        contents: `module.exports = globalThis.__edgespark_modules[${JSON.stringify(path)}];`,
        loader: "js",
      }));
    },
  };
}

/** Has each file say that it begins, so that a run that never ends can be told where it was. */
function progressMarks(system: System, root: string, marks: Map<string, number>): Plugin {
  return {
    name: "progress-marks",
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        const file = relative(root, path).replaceAll("\\", "/");
        if (inPackage(path) || file.startsWith("../")) return null;
        const bytes = await system.files.read(path);
        const text = bytes && new TextDecoder().decode(bytes);
        if (text === null || text.startsWith("#!")) return null;
        const mark = `globalThis.__edgespark_at(${JSON.stringify(file)});`;
        marks.set(file, mark.length);
        return { contents: mark + text, loader: loaderOf(path) };
      });
    },
  };
}

function loaderOf(path: string): "ts" | "tsx" | "js" | "jsx" {
  const [, kind, x] = /\.[cm]?([jt])s(x?)$/.exec(path)!;
  return `${kind === "t" ? "ts" : "js"}${x ? "x" : ""}` as "ts" | "tsx" | "js" | "jsx";
}
