/** Makes the JavaScript of the program: `main.js`, lazy chunks, the heavy packages apart, assets. */
import { basename, join } from "@std/path";
import { builtinModules } from "node:module";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { importMap, ROOT } from "./esbuild_options.ts";
import { INERT_GLOBALS, inertNode } from "./inert_node.ts";
import { ESBUILD_PROCESS, lightNode } from "./light_node.ts";
import { pruneKit } from "./prune_kit.ts";

const ESBUILD = "npm:esbuild@0.28.2";

/** What packages in CommonJS expect to find. It costs some 10 ms to load, so only they get it. */
const COMMONJS = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
  "const __filename = import.meta.filename, __dirname = import.meta.dirname;",
].join(" ");

/** Our modules around such packages; each becomes a file of its own beside the chunks. */
const HEAVY = { kit: "lib/schema/kit.ts", esbuild: "lib/deno/esbuild_package.ts" };

/** Bundles the program into `outdir`: `main.js`, lazy chunks, assets. */
export async function buildJs(outdir: string, options: { embedEsbuild: boolean }): Promise<void> {
  await Deno.remove(outdir, { recursive: true }).catch(() => {});
  const common = { ...bundleOptions(), outdir };
  const inner = plugins(options.embedEsbuild);
  await buildKit(build, outdir);
  await build({
    ...common,
    entryPoints: { esbuild: join(ROOT, HEAVY.esbuild) },
    banner: { js: options.embedEsbuild ? ESBUILD_PROCESS : COMMONJS },
    plugins: [lightNode(), ...inner],
  });
  await build({
    ...common,
    entryPoints: { sandbox: join(ROOT, "lib/sandbox/main.ts") },
    plugins: inner,
  });
  await build({
    ...common,
    entryPoints: { app: join(ROOT, "lib/platform/local/server/app_main.ts") },
    plugins: [lightNode(), ...inner],
  });
  await build({
    ...common,
    entryPoints: { main: join(ROOT, "main.ts") },
    // Not "node": packages have a form in ES modules for elsewhere, without `require`.
    platform: "neutral",
    conditions: ["deno", "import"],
    external: ["node:*"],
    splitting: true,
    chunkNames: "chunk-[hash]",
    plugins: [heavyApart(), lightNode(), ...inner],
  });
  await hideLazyImports(outdir);
  await copyTree(join(ROOT, ".build", "assets"), join(outdir, "assets"));
}

/**
 * Makes the names of lazy chunks invisible to Deno's module graph. It reads every file that a literal
 * `import("./x.js")` names before anything runs, which costs each start some 15 ms and 8 MiB.
 */
async function hideLazyImports(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".js")) continue;
    const path = join(folder, name);
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace(LAZY_IMPORT, 'import((()=>"$1")())'));
  }
}

const LAZY_IMPORT = /\bimport\("(\.\/[\w-]+\.js|npm:[^"]+)"\)/g;

/** Bundles what is used of drizzle-kit into `outdir/kit.js`. */
export async function buildKit(
  bundle: (options: BuildOptions) => Promise<unknown>,
  outdir: string,
): Promise<void> {
  await bundle({
    ...bundleOptions(),
    outdir,
    entryPoints: { kit: join(ROOT, HEAVY.kit) },
    // A thousand names to set cost more than they tell.
    keepNames: false,
    banner: { js: INERT_GLOBALS },
    plugins: [pruneKit(), inertNode(), ...plugins(false)],
  });
}

function plugins(embedEsbuild: boolean): Plugin[] {
  return [importMap(), esbuildItself(embedEsbuild), nodeBuiltins(), unusedDrivers()];
}

function bundleOptions(): BuildOptions {
  return {
    bundle: true,
    format: "esm",
    platform: "node",
    target: "esnext",
    mainFields: ["module", "main"],
    conditions: ["deno", "node", "import"],
    define: { EDGESPARK_ASSETS: '"./assets/"', "process.env.NODE_ENV": '"production"' },
    minify: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "error",
    absWorkingDir: ROOT,
  };
}

/** Leaves the heavy modules where the first pass has put them. */
function heavyApart(): Plugin {
  const files = new Map(Object.entries(HEAVY).map(([name, path]) => [basename(path), name]));
  return {
    name: "heavy-apart",
    setup(b) {
      b.onResolve({ filter: /\/(kit|esbuild_package)\.ts$/ }, ({ path }) => {
        const name = files.get(basename(path));
        return name ? { path: `./${name}.js`, external: true } : undefined;
      });
    },
  };
}

/** A package's bare `events` is `node:events` outside Node. */
function nodeBuiltins(): Plugin {
  const names = new Set(builtinModules.filter((name) => !name.startsWith("node:")));
  return {
    name: "node-builtins",
    setup(b) {
      b.onResolve({ filter: /^[a-z]/ }, ({ path }) => {
        return names.has(path) ? { path: `node:${path}`, external: true } : undefined;
      });
    },
  };
}

/** The bundler comes from npm under Deno, and from inside the executable when compiled. */
function esbuildItself(embed: boolean): Plugin {
  return {
    name: "esbuild-itself",
    setup(b) {
      if (!embed) b.onResolve({ filter: /^esbuild$/ }, () => ({ path: ESBUILD, external: true }));
    },
  };
}

/**
 * drizzle-kit can talk to many databases through packages that it imports when it is asked to; its api,
 * as we call it, talks to none.
 */
function unusedDrivers(): Plugin {
  return {
    name: "unused-drivers",
    setup(b) {
      b.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        const fromKit = /[\\/]drizzle-kit[\\/]/.test(importer);
        return fromKit && kind === "dynamic-import" ? { path, external: true } : undefined;
      });
    },
  };
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    if (entry.isDirectory) await copyTree(join(from, entry.name), join(to, entry.name));
    else await Deno.copyFile(join(from, entry.name), join(to, entry.name));
  }
}
