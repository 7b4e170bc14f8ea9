import { join, relative } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { WORKER_BUILTINS } from "./builtins.ts";
import { asBundle } from "./as_bundle.ts";
import { bundleModules, type BundleOutput } from "./esbuild.ts";
import { insideProject } from "./inside_project.ts";
import { realProject } from "./real_project.ts";
import { refuse, resolveImports } from "./resolve.ts";
import { isSdkModule, sdkModules } from "./shim.ts";
import { readTsSettings } from "./tsconfig.ts";
import { Vendor } from "./vendor.ts";

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

const SUBJECT = "A deployed app";
/**
 * What is known when the app is built. `import.meta.url` would name a folder of this machine;
 * `import.meta.env` is Vite's, and code that is shared with the web part reads it.
 */
const DEFINED = {
  "process.env.NODE_ENV": '"production"',
  "import.meta.url": '"file:///bundle.js"',
  "import.meta.env": '{"MODE":"production","PROD":true,"DEV":false,"SSR":true}',
};
/** The name of the module that the bundle starts from; it lies in no folder. */
export const ENTRY = "edgespark-entry.js";

/**
 * Bundles `server/src/index.ts` and the barrel `server/src/defs/index.ts` to one module for Workers.
 * The SDK is left to the runtime; Node's built-in modules that Workers have stay imports.
 *
 * @throws Failure (failed): ENTRY_MISSING, MISSING_DEFAULT_EXPORT, BUNDLE_TOO_LARGE, the codes of
 * bundleModules and of insideProject; TSCONFIG_INVALID (config).
 */
export async function bundleApp(system: System, project: Project): Promise<AppBundle> {
  const real = await realProject(system, project);
  const entry = join(real.server, "src", "index.ts");
  const name = relative(real.root, entry).replaceAll("\\", "/");
  if (await system.files.info(entry) === null) {
    throw new Failure("failed", "ENTRY_MISSING", `There is no \`${name}\``, {
      hint: `Write the app there: a Hono app, exported as default`,
      details: { file: name, line: null },
    });
  }
  const ts = await readTsSettings(system, real);
  const vendor = new Vendor(system);
  const output = await withDefaultExport(
    name,
    bundleModules(system, {
      stdin: {
        contents: await entryText(system, real),
        resolveDir: join(real.server, "src"),
        sourcefile: ENTRY,
        loader: "js",
      },
      absWorkingDir: real.root,
      outfile: join(real.root, "bundle.js"),
      tsconfigRaw: ts.raw,
      conditions: ["workerd", "worker", "browser", "import"],
      define: DEFINED,
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
            isSdkModule(specifier)
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
        vendor.plugin(),
      ],
    }, { packages: project.config.serverPath }),
  );
  await insideProject(system, real.root, output.metafile.inputs);
  const bundle = await asBundle(output, name, real.root, vendor.used);
  return { ...bundle, warnings: [...ts.warnings, ...bundle.warnings] };
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
      ]
      : [],
  ].join("\n");
}

async function withDefaultExport(
  entry: string,
  building: Promise<BundleOutput>,
): Promise<BundleOutput> {
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
