import assert from "node:assert/strict";
import { join } from "@std/path";
import { fixtureModules } from "../../../../support/fixtures.ts";
import { answering, DevWorld } from "./world.ts";

const INDEX = "server/src/index.ts";

Deno.test("settings of the toml are taken up by a new app process, and no request is lost", async () => {
  await using world = await DevWorld.make({
    [INDEX]:
      `export default { fetch: () => new Response(String(globalThis.count = (globalThis.count ?? 0) + 1)) };\n`,
  });
  const dev = await world.ready();
  assert.equal(await dev.text("/api/public/x"), "1");
  let done = false;
  const statuses = new Set<number>();
  const client = (async () => {
    while (!done) {
      const answer = await dev.get("/api/public/x");
      statuses.add(answer.status);
      await answer.body?.cancel();
    }
  })();
  await world.write({ "edgespark.toml": "[runtime]\nmemory_mb = 96\n" });
  let previous = Infinity;
  // In the new process the app begins to count anew.
  for (
    let now = 0;
    (now = Number(await dev.text("/api/public/x"))) > previous || previous === Infinity;
  ) {
    previous = now;
  }
  done = true;
  await client;
  assert.deepEqual([...statuses], [200]);

  await world.write({ "edgespark.toml": "[runtime\n" });
  const { problems } = await dev.next("problem");
  assert.deepEqual(problems.map(({ code, line }) => ({ code, line })), [
    { code: "CONFIG_INVALID", line: 1 },
  ]);
  assert.equal((await (await dev.get("/api/_es/dev/status")).json()).ok, false);
  await world.write({ "edgespark.toml": "[runtime]\nmemory_mb = 96\n" });
  await dev.next("solved");
  await world.write({ "edgespark.toml": '[web]\npath = "pages"\n' });
  assert.equal((await dev.next("notice")).code, "RESTART_NEEDED");
});

Deno.test("an app whose folder appears later is found, and a package that is installed later too", async () => {
  await using world = await DevWorld.make({});
  const dev = await world.ready();
  const missing = dev.events.find((event) => event.event === "problem");
  assert.equal(missing?.event === "problem" && missing.problems[0]!.code, "ENTRY_MISSING");
  await world.write({ [INDEX]: answering("here") });
  await dev.next("reload");
  assert.equal(await dev.text("/api/public/x"), "here");

  await world.write({
    [INDEX]: `import word from "words";\n${answering("x").replace('"x")', "word)")}`,
  });
  const { problems } = await dev.next("problem");
  assert.equal(problems[0]!.code, "PACKAGE_MISSING");
  await world.write({
    "server/node_modules/words/package.json": '{ "name": "words", "main": "index.js" }',
    "server/node_modules/words/index.js": 'export default "installed";\n',
    "server/package-lock.json": "{}",
  });
  await dev.next("reload");
  assert.equal(await dev.text("/api/public/x"), "installed");
});

Deno.test("types are checked in the background when asked for, and hold up nothing", async () => {
  const app = (text: string) => `export default { fetch: () => new Response(${text}) };\n`;
  await using world = await DevWorld.make({
    [INDEX]: app('"x"'),
    "server/tsconfig.json": JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, lib: ["ESNext", "DOM"], types: [] },
      include: ["src/**/*"],
    }),
    "server/node_modules/keep": "",
  });
  const compiler = join(fixtureModules(), "node_modules", "typescript");
  await Deno.symlink(compiler, world.path("server/node_modules/typescript"));
  const dev = await world.ready("--typecheck");
  await world.write({ [INDEX]: app("((): string => 1 as never as number)()") });
  await dev.next("reload");
  assert.equal(await dev.text("/api/public/x"), "1");
  const { findings } = await dev.next("types", ({ findings }) => findings.length > 0);
  assert.deepEqual(findings.map(({ code, file, line }) => ({ code, file, line })), [
    { code: "TYPE_ERROR", file: INDEX, line: 1 },
  ]);
});
