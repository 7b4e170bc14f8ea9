import type { BuildOptions, BuildResult } from "esbuild";
import { fasterDrizzle } from "./faster_drizzle.ts";
import type { VendorAsset } from "./vendor.ts";

/** Parts of Hono for hosts that a deployed app never runs on. */
const OTHER_HOSTS =
  /^hono\/(bun|deno|aws-lambda|lambda-edge|vercel|netlify|service-worker|cloudflare-pages|quick|dev|ssg)$/;

const DRIZZLE = ["", "/casing", "/d1", "/relations", "/sql", "/sqlite-core", "/sqlite-proxy"];

/**
 * Makes the asset `vendor.json`: `hono` and `drizzle-orm` as modules that share their common parts,
 * so that a class is the same whichever way it was imported. Called when the program is built.
 */
export async function makeVendorAsset(
  build: (options: BuildOptions) => Promise<BuildResult>,
  root: string,
  honoExports: Record<string, unknown>,
  read: (path: string) => Promise<string>,
): Promise<string> {
  const hono = Object.keys(honoExports).filter((name) => !name.includes("*")).map((name) =>
    `hono${name.slice(1)}`
  )
    .filter((name) => !OTHER_HOSTS.test(name));
  const specifiers = [...hono, ...DRIZZLE.map((part) => `drizzle-orm${part}`)];
  const modules = Object.fromEntries(specifiers.map((name) => [name, `${name}/index.js`]));
  const { outputFiles } = await build({
    entryPoints: specifiers.map((name) => ({ in: name, out: `${name}/index` })),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    target: "esnext",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser", "import"],
    external: ["node:*"],
    chunkNames: "shared/[hash]",
    outdir: "vendor",
    absWorkingDir: root,
    legalComments: "none",
    minifyWhitespace: true,
    logLevel: "error",
    plugins: [fasterDrizzle(read)],
    write: false,
  });
  const files = Object.fromEntries(
    (outputFiles ?? []).map((
      { path, text },
    ) => [path.replaceAll("\\", "/").split("/vendor/")[1]!, text]),
  );
  return JSON.stringify({ modules, files } satisfies VendorAsset);
}
