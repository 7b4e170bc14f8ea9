import { dirname, fromFileUrl, join } from "@std/path";
import type { BuildOptions, Plugin } from "esbuild";
import config from "../deno.json" with { type: "json" };
import { fasterDrizzle } from "../lib/bundle/faster_drizzle.ts";
import { platformOfPaths } from "./light_node.ts";

/** The folder of the repository. */
export const ROOT = dirname(dirname(fromFileUrl(import.meta.url)));

/** The import map's own files (`@std/path` and the like); npm names resolve through node_modules. */
export function importMap(): Plugin {
  const local = Object.entries(config.imports).filter(([, target]) => target.startsWith("./"));
  return {
    name: "import-map",
    setup(build) {
      for (const [name, target] of local) {
        const filter = new RegExp(`^${name.replace(/[/.]/g, "\\$&")}$`);
        build.onResolve({ filter }, () => ({ path: join(ROOT, target) }));
      }
    },
  };
}

/** The code of the app Worker: it keeps the `Deno` that it hides from apps. */
export function appWorkerOptions(): BuildOptions {
  return {
    ...workerOptions(),
    inject: [join(ROOT, "lib", "platform", "local", "app", "deno_global.ts")],
  };
}

/** Code that runs in a Worker without a module loader: one file, everything inside. */
export function workerOptions(): BuildOptions {
  return {
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "esnext",
    mainFields: ["module", "main"],
    conditions: ["worker", "browser", "import"],
    external: ["node:*"],
    plugins: [importMap(), platformOfPaths(), fasterDrizzle((path) => Deno.readTextFile(path))],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "error",
    absWorkingDir: ROOT,
  };
}
