import assert from "node:assert/strict";
import { join } from "@std/path";
import { createDiskStore } from "../../../../../lib/platform/local/app/objects.ts";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { outcomes } from "./hostile_app.ts";
import { newWorld } from "./world.ts";

const NAMES = ["uploads", "linked"];
const BYTES = new TextEncoder().encode("a secret of others");
const HEAD = `const { storage } = globalThis[Symbol.for("edgespark.runtime")];
const bucket = (name) => storage.from({ bucket_name: name, description: "" });
const need = (value) => { if (!value) throw new Error("There is none"); return value; };
const open = async (url, init) => {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error("HTTP " + answer.status);
  return text;
};
`;

/** All that can be done with one object. */
function acts(name: string, key: string): Record<string, string> {
  const at = JSON.stringify(key), b = `bucket(${JSON.stringify(name)})`;
  return {
    [`get ${name}/${key}`]: `return new TextDecoder().decode(need(await ${b}.get(${at})).body)`,
    [`head ${name}/${key}`]: `return JSON.stringify(need(await ${b}.head(${at})))`,
    [`presigned GET ${name}/${key}`]:
      `return await open((await ${b}.createPresignedGetUrl(${at})).downloadUrl)`,
    [`presigned HEAD ${name}/${key}`]:
      `return await open((await ${b}.createPresignedGetUrl(${at})).downloadUrl, { method: "HEAD" })`,
  };
}

Deno.test("links among the objects lead a hostile app to nothing outside its buckets", async () => {
  await using world = await newWorld();
  const local = join(world.project.state, "local");
  const outside = join(world.project.root, "..", "outside");
  const theirs = createDiskStore(outside);
  await theirs.put("b", "object", BYTES, {});
  theirs.close();
  await Deno.writeTextFile(join(outside, "pw"), "root:x:0:0:root:/root:/bin/sh\n");
  const platform = await openLocalPlatform(world.system, world.project);
  const create = NAMES.map((name) => ({ name, description: "" }));
  await platform.buckets.apply({ create, change: [], remove: [], rename: [] });
  platform.close();
  const uploads = join(local, "buckets", "uploads");
  await Deno.mkdir(uploads, { recursive: true });
  const targets: Record<string, string> = {
    pw: join(outside, "pw"),
    control: join(local, "control.sqlite"),
    data: join(local, "data.sqlite"),
    // A whole object by its form: only that it is a link tells it from one of the app's.
    object: join(outside, "b", "_object"),
  };
  for (const [key, path] of Object.entries(targets)) {
    await Deno.symlink(path, join(uploads, `_${key}`));
  }
  await Deno.link(targets.pw!, join(uploads, "_hard"));
  await Deno.symlink(join(outside, "b"), join(local, "buckets", "linked"));
  const before = await seen(outside);

  const keys = [...Object.keys(targets), "hard"];
  const told = await outcomes(world, HEAD, {
    ...Object.assign({}, ...keys.map((key) => acts("uploads", key))),
    ...acts("linked", "object"),
    "list linked": `return JSON.stringify(await bucket("linked").list())`,
    "put linked": `return await bucket("linked").put("new", new Uint8Array(3))`,
    "delete linked": `return await bucket("linked").delete("object")`,
    "presigned PUT linked":
      `return await open((await bucket("linked").createPresignedPutUrl("new")).uploadUrl, { method: "PUT", body: "x" })`,
    "list": `return (await bucket("uploads").list()).files.map(({ path }) => path).join()`,
    "put":
      `for (const key of ["pw", "object"]) await bucket("uploads").put(key, new TextEncoder().encode("own"))`,
    "presigned PUT":
      `return await open((await bucket("uploads").createPresignedPutUrl("hard")).uploadUrl, { method: "PUT", body: "own" })`,
    "delete": `return await bucket("uploads").delete("control")`,
    "list after": `return (await bucket("uploads").list()).files.map(({ path }) => path).join()`,
  });
  for (const [act, how] of Object.entries(told)) {
    const refusal = act.startsWith("presigned")
      ? /^failed: Error: HTTP 500$/
      : act.includes("hard")
      ? /^failed: StorageError: The object "hard" is damaged/
      : /^failed: StorageError: `\w+\/\w+` is a link/;
    const open: Record<string, string> = {
      "list": "worked: ",
      "put": "worked: undefined",
      "presigned PUT": "worked: ",
      "delete": "worked: undefined",
      "list after": "worked: hard,object,pw",
    };
    if (act in open) assert.equal(how, open[act], act);
    else assert.match(how, refusal, act);
  }
  // The objects that were stored took the place of the links, not of what they led to.
  assert.deepEqual(await seen(outside), before);
  assert.ok((await Deno.stat(targets.control!)).size > 0);
});

/** Every file below a folder with its bytes, as text. */
async function seen(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) Object.assign(files, await seen(path));
    else files[path] = (await Deno.readFile(path)).toString();
  }
  return files;
}
