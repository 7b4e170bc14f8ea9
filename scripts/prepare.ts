/**
 * Builds the prebuilt assets into `.build/assets`: worker code (one file each, all packages inside) and
 * the templates. Does nothing when no input has changed. `deno task prepare`.
 */
import { dirname, fromFileUrl, join, relative } from "@std/path";
import { build, stop } from "esbuild";
import { COMMANDS } from "../commands/mod.ts";
import { base64 } from "../lib/base64.ts";
import { makeVendorAsset } from "../lib/bundle/vendor_asset.ts";
import { agentTable, fillCommandTables } from "./command_tables.ts";
import { appWorkerOptions, ROOT, workerOptions } from "./esbuild_options.ts";

const OUT = join(ROOT, ".build", "assets");
const STAMP = join(ROOT, ".build", "stamp");

/** Asset name -> entry point. */
const WORKERS: Record<string, string> = {
  "sandbox_worker.js": "lib/sandbox/worker/main.ts",
  "app_worker.js": "lib/platform/local/app/worker.ts",
  "auth_service.js": "lib/runtime/auth/service.ts",
  "drizzle.js": "lib/runtime/drizzle.ts",
  "seed_runtime.js": "lib/runtime/seed/seed_app.ts",
  "vite_host.js": "lib/platform/local/dev/vite_host.ts",
};

if (import.meta.main) {
  const stamp = await inputsDigest();
  const last = await Deno.readTextFile(STAMP).catch(() => "");
  if (last !== stamp) {
    await prepare();
    await Deno.writeTextFile(STAMP, stamp);
    console.error("Prepared .build/assets");
  }
  await stop();
}

/** Builds every asset; each is written whole, so that a run in another terminal never sees half of one. */
async function prepare(): Promise<void> {
  await Deno.mkdir(OUT, { recursive: true });
  for (const [name, entry] of Object.entries(WORKERS)) {
    const result = await build({
      ...(name === "app_worker.js" ? appWorkerOptions() : workerOptions()),
      entryPoints: [join(ROOT, entry)],
      write: false,
    });
    await writeWhole(join(OUT, name), result.outputFiles![0]!.contents);
  }
  // `blob:` addresses do not work inside an executable, `data:` ones do everywhere.
  const code = await Deno.readTextFile(join(OUT, "sandbox_worker.js"));
  const url = `data:text/javascript;base64,${base64(code)}`;
  await writeWhole(
    join(OUT, "sandbox_code.js"),
    new TextEncoder().encode(`export default ${JSON.stringify(url)};\n`),
  );
  const hono = JSON.parse(
    await Deno.readTextFile(join(ROOT, "node_modules", "hono", "package.json")),
  );
  const vendor = await makeVendorAsset(
    build,
    ROOT,
    hono.exports,
    (path) => Deno.readTextFile(path),
  );
  await writeWhole(join(OUT, "vendor.json"), new TextEncoder().encode(vendor));
  await writeWhole(join(OUT, "templates.json"), new TextEncoder().encode(await templates()));
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.writeFile(`${path}.new`, bytes);
  await Deno.rename(`${path}.new`, path);
}

/**
 * `{ "<template>/<path>": "<text>" }`, sorted; the instructions for agents get the table of commands as
 * the command tree has it now.
 */
async function templates(): Promise<string> {
  const root = join(ROOT, "templates");
  const table = agentTable(COMMANDS);
  const files: Record<string, string> = {};
  for (const path of await filesUnder(root)) {
    const text = await Deno.readTextFile(path);
    const name = relative(root, path).replaceAll("\\", "/");
    files[name] = path.endsWith(".md") ? fillCommandTables(text, table, true) : text;
  }
  return JSON.stringify(files, null, 1);
}

async function filesUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await filesUnder(path));
    else found.push(path);
  }
  return found.sort();
}

/** SHA-256 over everything that goes into the assets. */
async function inputsDigest(): Promise<string> {
  const parts: Uint8Array[] = [];
  const inputs = [
    ...await filesUnder(join(ROOT, "lib")),
    ...await filesUnder(join(ROOT, "templates")),
  ];
  for (
    const path of [
      ...inputs,
      join(ROOT, "deno.json"),
      join(ROOT, "commands", "mod.ts"),
      join(dirname(fromFileUrl(import.meta.url)), "command_tables.ts"),
      fromFileUrl(import.meta.url),
      join(dirname(fromFileUrl(import.meta.url)), "esbuild_options.ts"),
      join(dirname(fromFileUrl(import.meta.url)), "light_node.ts"),
    ]
  ) {
    parts.push(new TextEncoder().encode(path + "\0"), await Deno.readFile(path));
  }
  const digest = await crypto.subtle.digest(
    "SHA-256",
    await new Blob(parts as BlobPart[]).arrayBuffer(),
  );
  return new Uint8Array(digest).toHex();
}
