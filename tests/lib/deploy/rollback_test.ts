import assert from "node:assert/strict";
import { join } from "@std/path";
import { say } from "../../support/say.ts";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import { KEPT_DEPLOYMENTS } from "../../../lib/platform/local/deployment_store.ts";
import { get, newWorld, says, until, type World } from "../platform/local/server/world.ts";

/** Deploys apps that say their own name; the last one is active. */
async function deployAll(world: World, ...names: string[]) {
  const platform = await openLocalPlatform(world.system, world.project);
  const ids: string[] = [];
  let url = "";
  for (const name of names) {
    const page = join(world.project.root, "page.html");
    await Deno.writeTextFile(page, `<h1>${name}</h1>`);
    const done = await platform.deployments.deploy({
      ...says(name),
      assets: new Map([["index.html", page]]),
      migrations: [],
    });
    ids.push(done.deployment.id);
    url = done.url;
  }
  return { platform, ids, url, [Symbol.dispose]: () => platform.close() };
}

Deno.test("a rollback restores code and web assets, and says what it does not restore", async () => {
  await using world = await newWorld();
  using made = await deployAll(world, "one", "two");
  const cwd = world.project.root;
  const dry = await say("deploy rollback --dry-run --json", { cwd });
  assert.deepEqual([dry.json.deploymentId, dry.json.activated, dry.json.url], [
    made.ids[0],
    false,
    null,
  ]);
  assert.equal(await get(`${made.url}/api/public/x`), "two");

  const back = await say("deploy rollback", { cwd });
  assert.equal(back.code, 0, back.err);
  assert.match(back.out, new RegExp(`^Activated ${made.ids[0]}, deployed `));
  assert.match(back.out, /\nNot restored: database, vars, secrets, buckets\n/);
  assert.equal(await get(`${made.url}/api/public/x`), "one");
  assert.equal(await get(`${made.url}/`), "<h1>one</h1>");
  const { json } = await say("deploy list --json", { cwd });
  assert.deepEqual(
    json.deployments.map(({ id, active }: { id: string; active: boolean }) => [id, active]),
    [[made.ids[0], true], [made.ids[1], false]],
  );
  // The one that was active before is now the other one; a beginning of its id is enough.
  const forth = await say(`deploy rollback ${made.ids[1]!.slice(0, 6)} --json`, { cwd });
  assert.deepEqual([forth.json.from, forth.json.deploymentId], made.ids);
  assert.equal(await get(`${made.url}/api/public/x`), "two");
});

Deno.test("a rollback starts the server when none runs", async () => {
  await using world = await newWorld();
  using made = await deployAll(world, "one", "two");
  const cwd = world.project.root;
  await say("stop", { cwd });
  const { json } = await say("deploy rollback --json", { cwd });
  assert.equal(await get(`${json.url}/api/public/x`), "one");
  assert.equal((await made.platform.deployments.list())[0]!.id, made.ids[0]);
});

Deno.test("a rollback to nothing, to something unknown, ambiguous, active or damaged is refused", async () => {
  await using world = await newWorld();
  const cwd = world.project.root;
  const none = await say("deploy rollback --json", { cwd });
  assert.deepEqual([none.code, none.json.error.code], [4, "NO_EARLIER_DEPLOYMENT"]);
  // Enough for two ids with the same first digit.
  const names = Array.from({ length: 9 }, (_, index) => `app ${index}`);
  using made = await deployAll(world, ...names);
  const digit = [..."0123456789abcdef"].find((one) =>
    made.ids.filter((id) => id.startsWith(one)).length > 1
  );
  const refused: [string, number, string][] = [
    ["zzz", 4, "DEPLOYMENT_UNKNOWN"],
    [made.ids.at(-1)!, 5, "DEPLOYMENT_ACTIVE"],
  ];
  refused.push([digit!, 2, "DEPLOYMENT_AMBIGUOUS"]);
  const stored = join(world.project.state, "local", "deployments");
  await Deno.writeTextFile(join(stored, made.ids[0]!, "assets", "index.html"), "changed");
  refused.push([made.ids[0]!, 1, "DEPLOYMENT_DAMAGED"]);
  for (const [id, code, name] of refused) {
    const said = await say(`deploy rollback ${id} --json`, { cwd });
    assert.deepEqual([said.code, said.json.error.code], [code, name]);
  }
  assert.equal(await get(`${made.url}/api/public/x`), "app 8");
});

Deno.test("a rollback says when the database is ahead of the code", async () => {
  await using world = await newWorld();
  using made = await deployAll(world, "one");
  await made.platform.database.ensureSystem();
  await made.platform.database.apply({
    tag: "20260101000000_later",
    hash: "0".repeat(64),
    when: 1,
    statements: ["CREATE TABLE later (id INTEGER PRIMARY KEY)"],
  }, { allowLoss: false });
  await made.platform.deployments.deploy({ ...says("two"), migrations: ["20260101000000_later"] });
  const back = await say("deploy rollback --json", { cwd: world.project.root });
  assert.deepEqual(back.json.migrationsSince, ["20260101000000_later"]);
  assert.match(back.err, /DATABASE_AHEAD/);
});

Deno.test("old deployments are removed, the active one never", async () => {
  await using world = await newWorld();
  const names = Array.from({ length: KEPT_DEPLOYMENTS + 3 }, (_, index) => `app ${index}`);
  using made = await deployAll(world, ...names);
  const ids = async () => (await made.platform.deployments.list()).map(({ id }) => id);
  const kept = made.ids.slice(3).reverse();
  assert.deepEqual(await ids(), kept);
  const stored = join(world.project.state, "local", "deployments");
  const folders = () => [...Deno.readDirSync(stored)].map(({ name }) => name).sort();
  assert.deepEqual(folders(), kept.toSorted());
  // The oldest that is left becomes the active one, and stays when others come.
  await made.platform.deployments.activate(made.ids[3]!);
  await made.platform.deployments.deploy(says("another"));
  assert.equal((await ids()).includes(made.ids[3]!), true);
  assert.equal((await ids()).length, KEPT_DEPLOYMENTS);
});

Deno.test("a damaged deployment is stored anew by the next deploy of the same content", async () => {
  await using world = await newWorld();
  using made = await deployAll(world, "one", "two");
  const bundle = join(world.project.state, "local", "deployments", made.ids[0]!, "bundle.js");
  await Deno.writeTextFile(bundle, "export default 5;");
  await deployAll(world, "one").then((again) => again[Symbol.dispose]());
  assert.equal(await get(`${made.url}/api/public/x`), "one");
});

Deno.test("two deploys at once end with one of them active, both stored", async () => {
  await using world = await newWorld();
  const platforms = await Promise.all(
    [0, 1].map(() => openLocalPlatform(world.system, world.project)),
  );
  const done = await Promise.all(
    platforms.map((platform, index) => platform.deployments.deploy(says(`app ${index}`))),
  );
  const list = await platforms[0]!.deployments.list();
  assert.equal(list.length, 2);
  const active = list.filter((one) => one.active);
  assert.equal(active.length, 1);
  await until(async () => {
    const index = done.findIndex(({ deployment }) => deployment.id === active[0]!.id);
    return await get(`${done[0]!.url}/api/public/x`) === `app ${index}`;
  });
  for (const platform of platforms) platform.close();
});
