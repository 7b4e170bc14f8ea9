import assert from "node:assert/strict";
import { join } from "@std/path";
import type { Failure } from "../../../../../lib/failure.ts";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { localAppServer } from "../../../../../lib/platform/local/server/app_server.ts";
import { content, get, lives, newWorld, says, until, type World } from "./world.ts";

async function withPlatform(world: World) {
  const platform = await openLocalPlatform(world.system, world.project);
  return {
    platform,
    server: localAppServer(world.system, world.project),
    [Symbol.dispose]: () => platform.close(),
  };
}

Deno.test("a deploy starts the server, a second one switches it, and no request is lost", async () => {
  await using world = await newWorld();
  using opened = await withPlatform(world);
  const { deployments } = opened.platform;
  const first = await deployments.deploy(says("one"));
  const url = `${first.url}/api/public/x`;
  assert.equal(await get(url), "one");
  const heard = new Set<string>();
  let failed = 0;
  let over = false;
  const clients = Array.from({ length: 4 }, async () => {
    while (!over) await get(url).then((text) => heard.add(text), () => failed++);
  });
  const second = await deployments.deploy(says("two"));
  await until(() => Promise.resolve(heard.has("two")));
  over = true;
  await Promise.all(clients);
  assert.equal(failed, 0);
  assert.equal(second.url, first.url);
  assert.equal(await get(url), "two");
  assert.deepEqual((await deployments.list()).map(({ id, active }) => [id, active]), [
    [second.deployment.id, true],
    [first.deployment.id, false],
  ]);
  assert.equal((await opened.server.status()).deploymentId, second.deployment.id);
});

Deno.test("the same content is the same deployment; assets and settings are part of it", async () => {
  await using world = await newWorld();
  using opened = await withPlatform(world);
  const { deployments } = opened.platform;
  const page = join(world.project.root, "page.html");
  await Deno.writeTextFile(page, "<h1>1</h1>");
  const app = { ...says("x"), assets: new Map([["index.html", page]]) };
  const first = await deployments.deploy(app);
  assert.match(first.deployment.id, /^[0-9a-f]{12}$/);
  assert.equal((await deployments.deploy(app)).deployment.id, first.deployment.id);
  assert.equal(await get(`${first.url}/some/page`), "<h1>1</h1>");
  await Deno.writeTextFile(page, "<h1>2</h1>");
  const second = await deployments.deploy(app);
  assert.notEqual(second.deployment.id, first.deployment.id);
  assert.equal(await get(`${first.url}/`), "<h1>2</h1>");
  const stored = join(world.project.state, "local", "deployments");
  assert.equal(
    await Deno.readTextFile(join(stored, first.deployment.id, "assets", "index.html")),
    "<h1>1</h1>",
  );
  assert.deepEqual(
    [...Deno.readDirSync(stored)].map(({ name }) => name).sort(),
    [first.deployment.id, second.deployment.id].sort(),
  );
});

Deno.test("an app that hangs while it loads is ended, said so, and the old one runs again", async () => {
  await using world = await newWorld();
  using opened = await withPlatform(world);
  const { deployments } = opened.platform;
  const { url, deployment } = await deployments.deploy(says("good"));
  await assert.rejects(
    () => deployments.deploy(content("(() => { for (;;); })()")),
    (error: Failure) => {
      assert.equal(error.code, "DEPLOYMENT_FAILED");
      assert.match(error.message, /killed by SIGKILL: it did not answer for 10 s$/);
      assert.match(error.hint!, /process was ended and is started again as it was/);
      return true;
    },
  );
  await until(() => get(`${url}/api/public/x`).then((text) => text === "good", () => false));
  assert.equal((await deployments.list()).find(({ active }) => active)!.id, deployment.id);
});

Deno.test("an app that does not load is refused and the old one runs on", async () => {
  await using world = await newWorld();
  using opened = await withPlatform(world);
  const { deployments } = opened.platform;
  const { url, deployment } = await deployments.deploy(says("good"));
  await assert.rejects(
    () => deployments.deploy(content('(() => { throw new Error("no luck"); })()')),
    (error: Failure) => {
      assert.deepEqual([error.kind, error.code], ["failed", "DEPLOYMENT_FAILED"]);
      assert.match(error.message, /no luck/);
      return true;
    },
  );
  assert.equal(await get(`${url}/api/public/x`), "good");
  assert.equal((await deployments.list()).find(({ active }) => active)!.id, deployment.id);
});

Deno.test("an app process that is killed comes back with what it served, on the same port, and the log says so", async () => {
  await using world = await newWorld();
  using opened = await withPlatform(world);
  const { url } = await opened.platform.deployments.deploy(says("still here"));
  const before = await opened.server.status();
  Deno.kill(before.app!.pid!, "SIGKILL");
  await until(async () => {
    const { app } = await opened.server.status();
    return app!.state === "running" && app!.pid !== before.app!.pid;
  });
  assert.equal(await get(`${url}/api/public/x`), "still here");
  // More than one when another program had taken the port in between.
  assert.ok((await opened.server.status()).app!.restarts >= 1);
  const records = await Array.fromAsync(
    opened.platform.logs.tail({ since: 0, follow: false, signal: world.system.signal }),
  );
  assert.ok(
    records.some(({ level, message }) =>
      level === "error" && /was killed by SIGKILL/.test(message ?? "")
    ),
  );
});

Deno.test("what was deployed is served again after a restart of the server, also by another process", async () => {
  await using world = await newWorld();
  using opened = await withPlatform(world);
  const { deployment } = await opened.platform.deployments.deploy(says("kept"));
  await opened.server.stop();
  const again = await opened.server.start({ host: null, port: null });
  assert.equal(again.deploymentId, deployment.id);
  assert.equal(await get(`${again.url}/api/public/x`), "kept");
});

Deno.test("an app that hangs is ended and brought back", async () => {
  await using world = await newWorld();
  using opened = await withPlatform(world);
  const { url } = await opened.platform.deployments.deploy(content(`{
    fetch(request) {
      while (request.url.endsWith("/hang"));
      return new Response("fine");
    },
  }`));
  const first = (await opened.server.status()).app!.pid!;
  const hanging = fetch(`${url}/api/public/hang`).then((answer) => answer.status, () => 503);
  await until(
    async () =>
      (await opened.server.status()).app!.pid !== first &&
      (await opened.server.status()).app!.state === "running",
    30_000,
  );
  // Cut off; should the client have asked again by itself, the answer was 503.
  assert.equal(await hanging, 503);
  assert.equal(await lives(first), false);
  assert.equal(await get(`${url}/api/public/x`), "fine");
});
