import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { localAppServer } from "../../../../../lib/platform/local/server/app_server.ts";
import { undo } from "../../../../../lib/schema/undo.ts";
import { ROOT } from "../../../../support/fixtures.ts";
import { content, get, newWorld, until } from "./world.ts";

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
  const seen = new Set<string>();
  const answers = (async () => {
    while (!stop) {
      const response = await fetch(path);
      seen.add(`${response.status} ${await response.text()}`);
    }
    return [...seen].sort();
  })();
  await until(() => Promise.resolve(seen.size > 0));
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

Deno.test("an undo that is killed while the app waits lets it go on", async () => {
  await using world = await newWorld();
  const platform = await openLocalPlatform(world.system, world.project);
  await platform.database.ensureSystem();
  await platform.database.write([{ sql: "CREATE TABLE a (x)" }]);
  const to = (await platform.database.restorePoint("migrate"))!;
  const server = localAppServer(world.system, world.project);
  const { url } = await server.start({ host: null, port: null });
  await platform.deployments.deploy(APP);
  platform.close();
  const path = `${url}/api/public/x`;
  assert.equal(await get(path), "0");

  // Another writer holds the undo up after it has let the app wait.
  const folder = join(world.project.state, "local");
  const writer = new DatabaseSync(join(folder, "data.sqlite"));
  writer.exec("BEGIN IMMEDIATE");
  const undoing = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", "--quiet", join(ROOT, "main.ts")],
      ...["db", "undo", "--to", to, "--project", world.project.root],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until(async () => {
    const names = await Array.fromAsync(Deno.readDir(join(folder, "restore")));
    return names.some(({ name }) => /_undo\.sqlite$/.test(name) && !name.startsWith("."));
  });
  let answered = false;
  const waiting = get(path).finally(() => answered = true);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(answered, false, "the app did not wait");
  undoing.kill("SIGKILL");
  await undoing.status;
  await until(() => Promise.resolve(answered));
  assert.equal(await waiting, "0");
  writer.exec("ROLLBACK");
  writer.close();
  await (await fetch(path, { method: "POST" })).text();
  assert.equal(await get(path), "1");
});
