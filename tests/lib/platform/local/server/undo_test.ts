import assert from "node:assert/strict";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { localAppServer } from "../../../../../lib/platform/local/server/app_server.ts";
import { undo } from "../../../../../lib/schema/undo.ts";
import { content, get, newWorld } from "./world.ts";

const APP = content(`{
  async fetch(request) {
    const d1 = globalThis[Symbol.for("edgespark.runtime")].db.$client;
    if (request.method === "POST") {
      await d1.prepare("INSERT INTO a VALUES (1)").run();
      return new Response("written");
    }
    const { results } = await d1.prepare("SELECT count(*) AS n FROM a").all();
    return new Response(String(results[0].n));
  },
}`);

Deno.test("undo lets the running app wait, and it goes on with the old rows", async () => {
  await using world = await newWorld();
  const platform = await openLocalPlatform(world.system, world.project);
  await platform.database.ensureSystem();
  await platform.database.write([{ sql: "CREATE TABLE a (x)" }, {
    sql: "INSERT INTO a VALUES (0)",
  }]);
  const to = (await platform.database.restorePoint("migrate"))!;
  const server = localAppServer(world.system, world.project);
  const { url } = await server.start({ host: null, port: null });
  await platform.deployments.deploy(APP);
  const path = `${url}/api/public/x`;
  assert.equal(await get(path), "1");
  await (await fetch(path, { method: "POST" })).text();
  assert.equal(await get(path), "2");

  const refused = await undo(world.system, world.project, platform, { to }).then(
    () => null,
    (error) => error,
  );
  assert.deepEqual([refused.code, refused.details.lost], ["ROWS_LOST", [{ table: "a", rows: 1 }]]);
  assert.equal(await get(path), "2");

  // Requests all the while: none may fail.
  let stop = false;
  const answers = (async () => {
    const seen = new Set<string>();
    while (!stop) {
      const response = await fetch(path);
      seen.add(`${response.status} ${await response.text()}`);
    }
    return [...seen].sort();
  })();
  const options = { to, confirmDangerous: true };
  const result = await undo(world.system, world.project, platform, options);
  assert.deepEqual([result.undone, result.paused, result.lost], [
    true,
    true,
    [{ table: "a", rows: 1 }],
  ]);
  assert.equal(await get(path), "1");
  stop = true;
  assert.deepEqual(await answers, ["200 1", "200 2"]);
  await (await fetch(path, { method: "POST" })).text();
  assert.equal(await get(path), "2");
  platform.close();
});
