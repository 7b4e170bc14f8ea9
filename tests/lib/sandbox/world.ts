import { dirname, join } from "@std/path";
import { build } from "esbuild";
import { makeVendorAsset } from "../../../lib/bundle/vendor_asset.ts";
import { Failure } from "../../../lib/failure.ts";
import type { System } from "../../../lib/ports/system.ts";
import { openProject, type Project } from "../../../lib/project/project.ts";
import { ROOT, workerOptions } from "../../../scripts/esbuild_options.ts";
import { testSystem } from "../../support/system.ts";

/** A project in a temp folder, and the real system with assets built from today's sources. */
export interface World {
  system: System;
  project: Project;
  root: string;
}

let worker: Promise<string> | null = null;
let vendor: Promise<string> | null = null;

/**
 * Runs a test in a project with these files (paths from the root); the folder is removed after it.
 * `server/src/defs/` may be written `defs/`.
 */
export async function inProject(
  files: Record<string, string>,
  test: (world: World) => Promise<void>,
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "edgespark-sandbox-" }));
  const system = sandboxSystem(root);
  try {
    for (const [name, text] of Object.entries({ "edgespark.toml": "[server]\n", ...files })) {
      const path = join(root, name.replace(/^defs\//, "server/src/defs/"));
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    await test({ system, project: await openProject(system, root), root });
  } finally {
    await system.close();
    await Deno.remove(root, { recursive: true });
  }
}

/** The real system, but the assets are built when they are asked for. */
export function sandboxSystem(cwd: string): System {
  const real = testSystem({ cwd });
  const text = (name: string) => {
    if (name === "sandbox_worker.js") return worker ??= buildWorker();
    if (name === "vendor.json") return vendor ??= buildVendor();
    return Promise.reject(new Failure("failed", "ASSET_MISSING", name));
  };
  return { ...real, assets: { ...real.assets, text } };
}

async function buildWorker(): Promise<string> {
  const entry = join(ROOT, "lib/sandbox/worker/main.ts");
  const { outputFiles } = await build({ ...workerOptions(), entryPoints: [entry], write: false });
  return outputFiles![0]!.text;
}

async function buildVendor(): Promise<string> {
  const hono = JSON.parse(await Deno.readTextFile(join(ROOT, "node_modules/hono/package.json")));
  return await makeVendorAsset(build, ROOT, hono.exports, (path) => Deno.readTextFile(path));
}

/** The Failure that a promise ends with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const result = await promise.then((value) => ({ value }), (error: unknown) => ({ error }));
  if ("value" in result) {
    throw new Error(`No failure, but ${JSON.stringify(result.value)?.slice(0, 300)}`);
  }
  if (!(result.error instanceof Failure)) throw result.error;
  return result.error;
}
