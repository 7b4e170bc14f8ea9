import { build } from "esbuild";
import { createRequire } from "node:module";
import { join } from "@std/path";
import { ROOT } from "../../support/fixtures.ts";
import { GROUPS } from "./groups.ts";

/** Asks D1 on real workerd (wrangler's own local mode, one instance) everything, inside a Worker. */
export async function askWorkerd(): Promise<Record<string, Record<string, unknown>>> {
  const bundled = await build({
    entryPoints: [join(ROOT, "tests/conformance/d1/worker.ts")],
    bundle: true,
    format: "esm",
    write: false,
  });
  const require = createRequire(join(ROOT, ".peers", "package.json"));
  const { Miniflare, convertV4MiniflareOptions } = require("miniflare");
  const instance = new Miniflare(convertV4MiniflareOptions({
    modules: true,
    script: bundled.outputFiles[0]!.text,
    compatibilityDate: "2025-01-01",
    d1Databases: Object.fromEntries(GROUPS.map((_, index) => [`DB${index}`, `db${index}`])),
  }));
  try {
    const response = await instance.dispatchFetch("http://localhost/");
    if (!response.ok) throw new Error(await response.text());
    return await response.json();
  } finally {
    await instance.dispose();
  }
}
