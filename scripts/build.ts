/**
 * Builds the program: `dist/js` (a bundle of lazy chunks with its assets, for `deno run`) and one
 * executable per target in `dist/bin`. `deno task build [--js] [--target <name>]`.
 *
 * `DENO_COMPILE` names another Deno for the compile step, `DENORT_BIN` its compile runtime, where the
 * runtime cannot be downloaded.
 */
import { parseArgs } from "@std/cli/parse-args";
import { basename, join } from "@std/path";
import { builtinModules } from "node:module";
import { build, type BuildOptions, type Plugin, stop } from "esbuild";
import { sha256 } from "../lib/hex.ts";
import { importMap, ROOT } from "./esbuild_options.ts";
import { lightNode } from "./light_node.ts";
import { pruneKit } from "./prune_kit.ts";

/** Every platform that a release is built for. */
const TARGETS: Record<string, { triple: string; esbuild: string }> = {
  "linux-x64": { triple: "x86_64-unknown-linux-gnu", esbuild: "linux-x64" },
  "linux-arm64": { triple: "aarch64-unknown-linux-gnu", esbuild: "linux-arm64" },
  "darwin-x64": { triple: "x86_64-apple-darwin", esbuild: "darwin-x64" },
  "darwin-arm64": { triple: "aarch64-apple-darwin", esbuild: "darwin-arm64" },
  "windows-x64": { triple: "x86_64-pc-windows-msvc", esbuild: "win32-x64" },
};

/** Granted by path, not wholesale, so that the program can narrow them to the project it works on. */
const PERMISSIONS = [
  "--allow-read=/",
  "--allow-write=/",
  "--allow-env",
  "--allow-run",
  "--allow-net",
  "--allow-sys",
];
const UNSTABLE = ["--unstable-worker-options", "--unstable-net", "--unstable-no-legacy-abort"];

const DIST = join(ROOT, "dist");
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
    banner: { js: COMMONJS },
    plugins: inner,
  });
  await build({
    ...common,
    entryPoints: { sandbox: join(ROOT, "lib/sandbox/main.ts") },
    plugins: inner,
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
    banner: { js: COMMONJS },
    plugins: [pruneKit(), ...plugins(false)],
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
export function unusedDrivers(): Plugin {
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

async function compile(target: string, from: string): Promise<string> {
  const { triple } = TARGETS[target]!;
  const output = join(DIST, "bin", `edgespark-${target}`);
  await Deno.mkdir(join(DIST, "bin"), { recursive: true });
  const includes: string[] = [];
  for await (const entry of Deno.readDir(from)) {
    if (entry.name !== "main.js") includes.push("--include", entry.name);
  }
  const { code } = await new Deno.Command(Deno.env.get("DENO_COMPILE") ?? Deno.execPath(), {
    args: [
      ...[
        "compile",
        "--quiet",
        "--no-check",
        "--no-config",
        "--no-lock",
        "--no-prompt",
        "--no-remote",
        ...UNSTABLE,
        ...PERMISSIONS,
      ],
      "--v8-flags=--disallow-code-generation-from-strings",
      ...(Deno.env.get("DENORT_BIN") ? [] : ["--target", triple]),
      ...includes,
      ...["--output", output, "main.js"],
    ],
    // From an empty folder: what lies beside it would be embedded as well.
    cwd: from,
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`deno compile failed for ${target}`);
  return output;
}

/** Puts the bundler's program for a target among the assets, with its digest. */
async function embedBundler(target: string, assets: string): Promise<void> {
  const platform = TARGETS[target]!.esbuild;
  const packageFolder = join(ROOT, "node_modules", ".deno", `@esbuild+${platform}@0.28.2`);
  const program = platform.startsWith("win32") ? "esbuild.exe" : "bin/esbuild";
  const bytes = await Deno.readFile(
    join(packageFolder, "node_modules", "@esbuild", platform, program),
  );
  await Deno.writeFile(join(assets, "esbuild-bin"), bytes);
  await Deno.writeTextFile(join(assets, "esbuild-bin.sha256"), `${await sha256(bytes)}\n`);
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    if (entry.isDirectory) await copyTree(join(from, entry.name), join(to, entry.name));
    else await Deno.copyFile(join(from, entry.name), join(to, entry.name));
  }
}

/** The target of the machine that builds. */
function hostTarget(): string {
  return `${Deno.build.os}-${Deno.build.arch === "x86_64" ? "x64" : "arm64"}`;
}

async function buildBinary(target: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "edgespark-build-" });
  try {
    await buildJs(folder, { embedEsbuild: true });
    await embedBundler(target, join(folder, "assets"));
    const output = await compile(target, folder);
    console.log(`${output} ${((await Deno.stat(output)).size / 1048576).toFixed(1)} MiB`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { boolean: ["js"], string: ["target"] });
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(ROOT, "scripts", "prepare.ts")],
  }).output();
  if (code !== 0) throw new Error("scripts/prepare.ts failed");
  await buildJs(join(DIST, "js"), { embedEsbuild: false });
  console.log(join(DIST, "js", "main.js"));
  if (!options.js) await buildBinary(options.target ?? hostTarget());
  await stop();
}
