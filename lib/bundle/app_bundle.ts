import type { Plugin } from "esbuild";
import { join, relative } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { WORKER_BUILTINS } from "./builtins.ts";
import { asBundle } from "./as_bundle.ts";
import { CONNECT_EXPORT, CONNECT_MODULE, connectModule } from "./connect.ts";
import { bundleModules } from "./esbuild.ts";
import { fasterDrizzle } from "./faster_drizzle.ts";
import { insideProject } from "./inside_project.ts";
import { realProject } from "./real_project.ts";
import { refuse, resolveImports } from "./resolve.ts";
import { isSdkModule, sdkModules } from "./shim.ts";
import { readTsSettings } from "./tsconfig.ts";
import { OWN_NAMESPACE, Vendor } from "./vendor.ts";

/** An app as one ES module: default export (the Hono app), `drizzleSchema` and `buckets`. */
export interface AppBundle {
  code: Uint8Array;
  /** Version 3; sources are relative to the project root, contents are left out. */
  sourceMap: Uint8Array;
  bytes: number;
  /** SHA-256 of the code, `sha256-<hex>`. */
  digest: string;
  /** What it is made of, relative to the project root, with the bytes that each adds; largest first. */
  inputs: { path: string; bytes: number }[];
  warnings: string[];
  /** Node's built-in modules that it imports, such as "node:crypto". */
  builtins: string[];
  /** The entry point, relative to the project root. */
  entry: string;
  /** The project root. */
  root: string;
}

/** What `process.env.NODE_ENV` says: a deployment is "production", `dev` is "development". */
export type BundleMode = "production" | "development";

/** Where a bundle of an app starts. */
export interface AppEntry {
  /** How messages name it, relative to the project root. */
  name: string;
  /** The text of a module that lies, by its imports, in `folder`. */
  contents: string;
  folder: string;
  /** Modules of ours that only this entry may import: name -> text. */
  modules?: Record<string, string>;
}

const SUBJECT = "A deployed app";
/**
 * What is known when the app is built. `import.meta.url` would name a folder of this machine;
 * `import.meta.env` is Vite's, and code that is shared with the web part reads it.
 */
function defined(mode: BundleMode): Record<string, string> {
  const env = { MODE: mode, PROD: mode === "production", DEV: mode === "development", SSR: true };
  return {
    "process.env.NODE_ENV": JSON.stringify(mode),
    "import.meta.url": '"file:///bundle.js"',
    "import.meta.env": JSON.stringify(env),
  };
}
/** The name of the module that the bundle starts from; it lies in no folder. */
export const ENTRY = "edgespark-entry.js";

/**
 * Bundles `server/src/index.ts` and the barrel `server/src/defs/index.ts` to one module for Workers.
 * The SDK is left to the runtime; Node's built-in modules that Workers have stay imports.
 *
 * @throws Failure (failed): ENTRY_MISSING, MISSING_DEFAULT_EXPORT, BUNDLE_TOO_LARGE, the codes of
 * bundleModules and of insideProject; TSCONFIG_INVALID (config).
 */
export async function bundleApp(
  system: System,
  project: Project,
  mode: BundleMode = "production",
): Promise<AppBundle> {
  const real = await realProject(system, project);
  const entry = join(real.server, "src", "index.ts");
  const name = relative(real.root, entry).replaceAll("\\", "/");
  if (await system.files.info(entry) === null) {
    throw new Failure("failed", "ENTRY_MISSING", `There is no \`${name}\``, {
      hint: `Write the app there: a Hono app, exported as default`,
      details: { file: name, line: null },
    });
  }
  const folder = join(real.server, "src");
  return await withDefaultExport(
    name,
    bundleEntry(system, real, { name, folder, contents: await entryText(system, real) }, mode),
  );
}

/**
 * Bundles what an entry imports as an app is bundled.
 *
 * @param real the project by its real path
 * @throws Failure as bundleApp, but for ENTRY_MISSING and MISSING_DEFAULT_EXPORT
 */
export async function bundleEntry(
  system: System,
  real: Project,
  { name, contents, folder, modules = {} }: AppEntry,
  mode: BundleMode,
): Promise<AppBundle> {
  const ts = await readTsSettings(system, real);
  const vendor = new Vendor(system);
  const output = await bundleModules(system, {
    stdin: { contents, resolveDir: folder, sourcefile: ENTRY, loader: "js" },
    absWorkingDir: real.root,
    outfile: join(real.root, "bundle.js"),
    tsconfigRaw: ts.raw,
    conditions: ["workerd", "worker", "browser", "import"],
    define: defined(mode),
    loader: { ".md": "text", ".sql": "text", ".html": "text", ".txt": "text" },
    // The barrel may export types only; what it lacks is then `undefined`.
    logOverride: { "import-is-undefined": "silent" },
    plugins: [
      resolveImports({
        project: real,
        ts,
        builtins: WORKER_BUILTINS,
        subject: SUBJECT,
        provided: (specifier, args, build) =>
          specifier === CONNECT_MODULE && args.importer.endsWith(ENTRY)
            ? { path: specifier, namespace: OWN_NAMESPACE }
            : Object.hasOwn(modules, specifier)
            ? { path: specifier, namespace: "own" }
            : isSdkModule(specifier)
            ? { path: specifier, namespace: "sdk" }
            : specifier.startsWith("edgespark/")
            ? refuse(
              { subject: SUBJECT },
              `There is no module \`${specifier}\``,
              "The SDK has the modules `edgespark` and `edgespark/http`",
            )
            : vendor.provide(specifier, args, build),
      }),
      sdkModules(),
      ownModules(modules),
      connectModule(folder),
      fasterDrizzle((path) => textOf(system, path)),
      vendor.plugin(),
    ],
  }, { packages: real.config.serverPath });
  await insideProject(system, real.root, output.metafile.inputs);
  const bundle = await asBundle(output, name, real.root, vendor.used);
  return { ...bundle, warnings: [...ts.warnings, ...bundle.warnings] };
}

async function textOf(system: System, path: string): Promise<string | null> {
  const bytes = await system.files.read(path).catch(() => null);
  return bytes && new TextDecoder().decode(bytes);
}

function ownModules(modules: Record<string, string>): Plugin {
  return {
    name: "own-modules",
    setup(build) {
      build.onLoad(
        { filter: /.*/, namespace: "own" },
        ({ path }) => ({ contents: modules[path]!, loader: "js" }),
      );
    },
  };
}

/** The module that the bundle starts from, as if it lay beside `index.ts`. */
async function entryText(system: System, project: Project): Promise<string> {
  const barrel = await system.files.info(join(project.defs, "index.ts")) !== null;
  return [
    'export { default } from "./index";',
    ...barrel
      ? [
        'import * as defs from "./defs/index";',
        "export const drizzleSchema = defs.drizzleSchema;",
        "export const buckets = defs.buckets;",
        `export { ${CONNECT_EXPORT} } from "${CONNECT_MODULE}";`,
      ]
      : [],
  ].join("\n");
}

async function withDefaultExport(
  entry: string,
  building: Promise<AppBundle>,
): Promise<AppBundle> {
  try {
    return await building;
  } catch (error) {
    const own = error instanceof Failure && error.code === "EXPORT_MISSING" &&
      String(error.details?.file).endsWith(`/${ENTRY}`);
    if (!own) throw error;
    throw new Failure("failed", "MISSING_DEFAULT_EXPORT", `\`${entry}\` has no default export`, {
      hint: "Export the Hono app: `export default app`",
      details: { file: entry, line: null },
    });
  }
}
