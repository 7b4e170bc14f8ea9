import assert from "node:assert/strict";
import { join } from "@std/path";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { localAppServer } from "../../../../../lib/platform/local/server/app_server.ts";
import { findServer } from "../../../../../lib/platform/local/server/client.ts";
import { startDetached } from "../../../../../lib/platform/local/server/start_detached.ts";
import { ROOT } from "../../../../support/fixtures.ts";
import { testSystem } from "../../../../support/system.ts";
import { content, lives, newWorld, says, until, type World } from "./world.ts";

/** Says `begun` at once, and `ended` after as many ms as its path says; background work too. */
const SLOW = content(`{
  fetch(request, env, context) {
    const ms = Number(new URL(request.url).pathname.split("/").at(-1));
    const wait = () => new Promise((done) => setTimeout(done, ms));
    if (request.method === "POST") {
      context.waitUntil(wait().then(() => console.log("background is done")));
      return new Response("begun");
    }
    const text = new TextEncoder();
    return new Response(new ReadableStream({
      async start(controller) {
        controller.enqueue(text.encode("begun "));
        await wait();
        controller.enqueue(text.encode("ended"));
        controller.close();
      },
    }));
  },
}`);

async function deployed(world: World, what = SLOW) {
  const platform = await openLocalPlatform(world.system, world.project);
  const { url } = await platform.deployments.deploy(what);
  platform.close();
  return url;
}

/** A request whose answer has begun. */
async function begun(url: string, ms: number) {
  const answer = await fetch(`${url}/api/public/${ms}`);
  const reader = answer.body!.getReader();
  const decoder = new TextDecoder();
  assert.equal(decoder.decode((await reader.read()).value), "begun ");
  return async () => {
    let text = "";
    for (let part; !(part = await reader.read()).done;) text += decoder.decode(part.value);
    return text;
  };
}

/** `serve` in a process of its own, as a person starts it. */
async function serveProcess(world: World) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(ROOT, "main.ts"), "serve", "--json"],
    cwd: world.project.root,
    env: { EDGESPARK_STATE_DIR: world.system.env.get("EDGESPARK_STATE_DIR")! },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let line = "";
  while (!line.includes("\n")) line += (await reader.read()).value ?? assert.fail("no answer");
  await reader.cancel();
  const { url, app } = JSON.parse(line);
  return { child, url, app: app.pid as number };
}

Deno.test("stop waits for streams and background work, takes no new connections, and leaves nothing", async () => {
  await using world = await newWorld();
  const url = await deployed(world);
  const server = localAppServer(world.system, world.project);
  const { pid, app } = await server.status();
  const rest = await begun(url, 1_500);
  assert.equal(await (await fetch(`${url}/api/public/1500`, { method: "POST" })).text(), "begun");
  const stopping = server.stop();
  await until(async () => {
    const now = await server.status();
    return now.stopping || !now.running;
  });
  assert.equal(await rest(), "ended");
  assert.deepEqual(await stopping, { stopped: true, cutOff: null });
  assert.deepEqual([await lives(pid!), await lives(app!.pid!)], [false, false]);
  const platform = await openLocalPlatform(world.system, world.project);
  const records = await Array.fromAsync(
    platform.logs.tail({ since: 0, follow: false, signal: world.system.signal }),
  );
  platform.close();
  assert.ok(records.some(({ message }) => message === "background is done"));
});

Deno.test("what the end of the time to end cuts off is counted, and each request has its record", async () => {
  await using world = await newWorld();
  const code = `{ async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("quick")) return new Response("quick");
    if (pathname.endsWith("background")) {
      context.waitUntil(new Promise(() => {}));
      return new Response("on its way");
    }
    await new Promise(() => {});
  } }`;
  const platform = await openLocalPlatform(world.system, world.project);
  await platform.deployments.deploy(content(code));
  const server = localAppServer(world.system, world.project);
  await server.stop();
  const system = testSystem({ cwd: world.project.root });
  const { startSupervisor } = await import(
    "../../../../../lib/platform/local/server/supervisor.ts"
  );
  const supervisor = await startSupervisor(system, world.project, {
    ...{ host: null, port: null, detached: false },
  });
  const { url } = supervisor.info;
  const get = (path: string) => fetch(`${url}/api/public/${path}`).then((one) => one.text());
  const never = Promise.allSettled([get("never"), get("never")]);
  assert.equal(await get("quick"), "quick");
  assert.equal(await get("background"), "on its way");
  const cutOff = await supervisor.stop(600);
  supervisor.release();
  assert.deepEqual(cutOff, { requests: 2, sending: false, background: 1 });
  assert.deepEqual((await never).map(({ status }) => status), ["rejected", "rejected"]);
  const records = await Array.fromAsync(
    platform.logs.tail({ since: 0, follow: false, signal: world.system.signal }),
  );
  platform.close();
  const cut = records.filter(({ path }) => path === "/api/public/never");
  assert.deepEqual(cut.map(({ level, status, message }) => [level, status, message]), [
    ["request", 503, "Cut off: the server stopped"],
    ["request", 503, "Cut off: the server stopped"],
  ]);
  assert.equal(
    records.at(-1)!.message,
    "Server stopped; cut off: 2 requests without an answer, 1 background promise",
  );
  const { cutOffIn } = await import("../../../../../lib/platform/local/server/stopped.ts");
  assert.deepEqual(cutOffIn(records.at(-1)!.message!), cutOff);
});

Deno.test("a server that is stopping takes no orders; a deploy waits for its end and starts another", async () => {
  await using world = await newWorld();
  const url = await deployed(world);
  const server = localAppServer(world.system, world.project);
  const first = (await server.status()).pid;
  const rest = await begun(url, 2_000);
  const client = (await findServer(world.system, world.project))!;
  await client.stop();
  await until(async () => (await server.status()).stopping);
  await assert.rejects(() => client.reload(), { code: "SERVER_STOPPING", kind: "conflict" });
  const again = deployed(world, says("later"));
  assert.equal(await rest(), "ended");
  assert.equal(await (await fetch(`${await again}/api/public/x`)).text(), "later");
  assert.notEqual((await server.status()).pid, first);
});

Deno.test("deploys and stops at once end in order: what is deployed last runs, or nothing does", async () => {
  await using world = await newWorld();
  await deployed(world, says("first"));
  const server = () => localAppServer(testSystem({ cwd: world.project.root }), world.project);
  const results = await Promise.allSettled([
    deployed(world, says("second")),
    server().stop(),
    deployed(world, says("third")),
    server().stop(),
  ]);
  assert.deepEqual(
    results.flatMap((one) => one.status === "rejected" ? [String(one.reason)] : []),
    [],
  );
  const platform = await openLocalPlatform(world.system, world.project);
  const { running, deploymentId, url } = await server().status();
  const active = (await platform.deployments.list()).find((one) => one.active)!;
  platform.close();
  if (!running) return;
  assert.equal(deploymentId, active.id);
  assert.match(await (await fetch(`${url}/api/public/x`)).text(), /^(second|third)$/);
});

Deno.test("Ctrl-C lets a request finish that takes longer than other commands may, and the code is 0", async () => {
  await using world = await newWorld();
  await deployed(world);
  await localAppServer(world.system, world.project).stop();
  const { child, url, app } = await serveProcess(world);
  const rest = await begun(url, 4_500);
  child.kill("SIGINT");
  assert.equal(await rest(), "ended");
  assert.equal((await child.status).code, 0);
  await until(async () => !(await lives(app)));
});

Deno.test("a second Ctrl-C ends it at once", async () => {
  await using world = await newWorld();
  await deployed(world);
  const server = localAppServer(world.system, world.project);
  await server.stop();
  const { child, url, app } = await serveProcess(world);
  const rest = await begun(url, 60_000);
  child.kill("SIGTERM");
  await until(async () => (await server.status()).stopping);
  child.kill("SIGINT");
  assert.equal((await child.status).code, 130);
  await assert.rejects(rest);
  await until(async () => !(await lives(app)));
});

Deno.test("a copied project does not find the server of the one that it was copied from", async () => {
  await using world = await newWorld();
  await deployed(world, says("mine"));
  const root = join(world.project.root, "..", "copy");
  await Deno.mkdir(join(root, ".edgespark", "local"), { recursive: true });
  await Deno.copyFile(world.project.configFile, join(root, "edgespark.toml"));
  for (const name of ["server.json", "server.lock"]) {
    const from = join(world.project.state, "local", name);
    await Deno.copyFile(from, join(root, ".edgespark", "local", name));
  }
  const { openProject } = await import("../../../../../lib/project/project.ts");
  const system = testSystem({ cwd: root });
  const copy = localAppServer(system, await openProject(system, root));
  assert.equal((await copy.status()).running, false);
  assert.equal((await copy.stop()).stopped, false);
  assert.equal((await localAppServer(world.system, world.project).status()).running, true);
});

Deno.test("a server of another version is replaced at its address by the next deploy", async () => {
  await using world = await newWorld();
  // Neither a server of another test nor a line outwards takes a port of this range in between.
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  await startDetached(world.system, world.project, { host: null, port });
  const url = await deployed(world, says("old"));
  assert.equal(url, `http://127.0.0.1:${port}`);
  const first = (await findServer(world.system, world.project))!;
  const { serverFor } = await import("../../../../../lib/platform/local/server/server_for.ts");
  const next = await serverFor(world.system, world.project, "99.0.0");
  assert.notEqual(next.status.pid, first.status.pid);
  assert.equal(next.status.url, url);
  assert.equal(await (await fetch(`${url}/api/public/x`)).text(), "old");
});
