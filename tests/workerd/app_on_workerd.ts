import { createRequire } from "node:module";
import { join } from "@std/path";
import { build, stop } from "esbuild";
import { bundleApp } from "../../lib/bundle/app_bundle.ts";
import { SYSTEM_TABLES } from "../../lib/schema/system_tables.ts";
import { workerOptions } from "../../scripts/esbuild_options.ts";
import { inProject } from "../lib/sandbox/world.ts";
import { copy } from "../support/copy.ts";
import { fixtureModules, ROOT } from "../support/fixtures.ts";
import { type D1, run } from "./d1.ts";

/** Asks the app; `path` from its root. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/**
 * Bundles an app as `deploy` does and runs the bundle, with the runtime round it, in one workerd.
 *
 * @param files of the project, paths from its root
 * @param tables made before the first request
 */
export async function onWorkerd(
  files: Record<string, string>,
  tables: string[],
  test: (ask: Ask) => Promise<void>,
): Promise<void> {
  const worker = await bundleHost();
  await inProject(files, async ({ system, project, root }) => {
    for (const name of ["hono", "drizzle-orm"]) {
      await copy(
        join(fixtureModules(), "node_modules", name),
        join(root, "server", "node_modules", name),
      );
    }
    const { code } = await bundleApp(system, project);
    const instance = simulator({ "worker.js": worker, "app.js": new TextDecoder().decode(code) });
    try {
      await run(await instance.getD1Database("DB"), [...SYSTEM_TABLES, ...tables]);
      await test((path, init) => instance.dispatchFetch(`http://localhost${path}`, init));
    } finally {
      await instance.dispose();
      await stop();
    }
  });
}

/** The Worker round the app, which stays a module of its own as it was built. */
async function bundleHost(): Promise<string> {
  const { outputFiles } = await build({
    ...workerOptions(),
    stdin: {
      contents: `import * as app from "./app.js";
import { host } from "./runtime_worker.ts";
export default host(app);`,
      resolveDir: join(ROOT, "tests", "workerd"),
      loader: "ts",
    },
    external: ["node:*", "./app.js"],
    write: false,
  });
  return outputFiles![0]!.text;
}

interface Simulator {
  getD1Database(name: string): Promise<D1>;
  dispatchFetch: Ask;
  dispose(): Promise<void>;
}

/** wrangler's own simulator round workerd. */
function simulator(modules: Record<string, string>): Simulator {
  const require = createRequire(join(ROOT, ".peers", "package.json"));
  const { Miniflare, convertV4MiniflareOptions } = require("miniflare");
  return new Miniflare(convertV4MiniflareOptions({
    modulesRoot: "/",
    modules: Object.entries(modules).map(([name, contents]) => ({
      type: "ESModule",
      path: `/${name}`,
      contents,
    })),
    compatibilityDate: "2026-01-01",
    compatibilityFlags: ["nodejs_compat"],
    d1Databases: { DB: "db" },
    r2Buckets: { OBJECTS: "objects" },
  }));
}
