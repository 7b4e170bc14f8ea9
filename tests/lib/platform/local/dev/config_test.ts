import assert from "node:assert/strict";
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
  await using world = await DevWorld.make({ [INDEX]: answering("x") });
  const dev = await world.ready("--typecheck");
  const { findings } = await dev.next("types");
  assert.deepEqual(findings.map(({ code }) => code), ["TYPECHECK_SKIPPED"]);
  assert.equal(await dev.text("/api/public/x"), "x");
});
