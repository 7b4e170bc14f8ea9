import assert from "node:assert/strict";
import { join } from "@std/path";
import { build } from "esbuild";
import { pathToFileURL } from "node:url";
import { StackMaps } from "../../../../../lib/platform/local/app/stack_maps.ts";

/** A bundle of two files with its map; returns the address it is imported from, and the map's file. */
async function bundled(folder: string): Promise<{ url: string; map: string }> {
  await Deno.writeTextFile(
    join(folder, "deep.ts"),
    `type Unused = string;\n\nexport function fail(): never {\n  throw new Error("deep");\n}\n`,
  );
  await Deno.writeTextFile(
    join(folder, "index.ts"),
    `import { fail } from "./deep";\nexport const run = () => {\n  fail();\n};\n`,
  );
  await build({
    entryPoints: [join(folder, "index.ts")],
    absWorkingDir: folder,
    bundle: true,
    format: "esm",
    sourcemap: "external",
    outfile: join(folder, "bundle.js"),
    logLevel: "silent",
  });
  const url = pathToFileURL(join(folder, "bundle.js"));
  url.searchParams.set("deployment", "0123456789ab");
  return { url: url.href, map: join(folder, "bundle.js.map") };
}

Deno.test("a stack names the project's files, and the runtime below it in one line", async () => {
  const folder = await Deno.makeTempDir({ prefix: "edgespark maps " });
  try {
    const { url, map } = await bundled(folder);
    const { run } = await import(url);
    let stack = "";
    try {
      run();
    } catch (error) {
      stack = (error as Error).stack!;
    }
    const frames =
      `    at handle (file:///x/app_worker.js:1:2)\n    at async file:///x/auth_service.js:3:4`;
    const stacks = new StackMaps();
    stacks.add("0123456789ab", map);
    const lines = stacks.stack(`${stack.split("\n").slice(0, 3).join("\n")}\n${frames}`).split(
      "\n",
    );
    assert.deepEqual(lines, [
      "Error: deep",
      "    at fail (deep.ts:4:9)",
      "    at run (index.ts:3:3)",
      "    at (edgespark)",
    ]);
    // Inside a printed object there is the same place, in other words.
    assert.equal(stacks.map(`{ at: '${url}:999999:1' }`), "{ at: 'bundle.js:999999:1' }");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("without a map, or with a broken one, the place in the bundle stays", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "bundle.js.map"), "{");
    const stacks = new StackMaps();
    const url = "file:///somewhere/bundle.js?deployment=abc";
    assert.equal(stacks.map(`at x (${url}:3:4)`), "at x (bundle.js:3:4)");
    stacks.add("abc", join(folder, "bundle.js.map"));
    assert.equal(stacks.map(`at x (${url}:3:4)`), "at x (bundle.js:3:4)");
    assert.equal(stacks.map("nothing to see"), "nothing to see");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
