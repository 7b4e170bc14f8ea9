import assert from "node:assert/strict";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { localAppServer } from "../../../../../lib/platform/local/server/app_server.ts";
import { manyClients } from "./clients.ts";
import { content, newWorld, until, type World } from "./world.ts";

/** An app that says its name, at once or over some time, and takes bodies and streams. */
function app(name: string) {
  return content(`{
    async fetch(request, env, context) {
      const { pathname, searchParams } = new URL(request.url);
      const wait = (ms) => new Promise((done) => setTimeout(done, ms));
      const text = new TextEncoder();
      const deed = pathname.split("/").at(-1);
      if (deed === "slow") { console.log("slow begins"); await wait(Number(searchParams.get("ms"))); }
      if (deed === "count") {
        let bytes = 0;
        for await (const chunk of request.body) bytes += chunk.length;
        return new Response("${name} " + bytes);
      }
      if (deed === "background") context.waitUntil(wait(1_500).then(() => console.log("${name} did it in the background")));
      if (deed === "events") return new Response(new ReadableStream({
        async start(controller) {
          for (let event = 0; event < 8; event++) {
            controller.enqueue(text.encode("data: ${name} " + event + "\\n\\n"));
            await wait(250);
          }
          controller.close();
        },
      }), { headers: { "content-type": "text/event-stream" } });
      return new Response("${name}");
    },
  }`);
}

async function opened(world: World) {
  const platform = await openLocalPlatform(world.system, world.project);
  const logged = async () =>
    (await Array.fromAsync(
      platform.logs.tail({ since: 0, follow: false, signal: world.system.signal }),
    )).map(({ message }) => message);
  return { platform, logged, [Symbol.dispose]: () => platform.close() };
}

Deno.test("20 switches under 16 clients, half of them with a new connection for each request, lose nothing", async () => {
  await using world = await newWorld();
  using made = await opened(world);
  const { deployments } = made.platform;
  const { url } = await deployments.deploy(app("app-0"));
  const { pid, app: process } = await localAppServer(world.system, world.project).status();
  const slow = fetch(`${url}/api/public/slow?ms=2000`).then((answer) => answer.text());
  await until(async () => (await made.logged()).includes("slow begins"));
  const clients = manyClients(`${url}/api/public/x`, 16);
  await until(() => Promise.resolve(clients.seen.answers > 100));
  for (let round = 1; round <= 20; round++) {
    await deployments.deploy(app(`app-${round}`));
    // Each gets some traffic before the next one comes.
    await until(() => Promise.resolve(clients.seen.texts.has(`app-${round}`)));
  }
  await clients.end();
  assert.deepEqual(clients.seen.failures, []);
  assert.deepEqual(
    [...clients.seen.texts].sort(),
    Array.from({ length: 21 }, (_, round) => `app-${round}`).sort(),
  );
  assert.equal(await slow, "app-0");
  const after = await localAppServer(world.system, world.project).status();
  assert.deepEqual([after.pid, after.app], [pid, process]);
});

Deno.test("bodies, streams and background work that a switch overtakes end on the old code", async () => {
  await using world = await newWorld();
  using made = await opened(world);
  const { deployments } = made.platform;
  const { url } = await deployments.deploy(app("app-1"));
  const base = `${url}/api/public`;
  // A body that is sent in parts: the first before the switch, the last after it.
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const writer = body.writable.getWriter();
  const counted = fetch(`${base}/count`, { method: "POST", body: body.readable }).then((answer) =>
    answer.text()
  );
  await writer.write(new Uint8Array(100_000));
  const events = await fetch(`${base}/events`);
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = (await reader.read()).value!;
  await (await fetch(`${base}/background`)).text();

  await deployments.deploy(app("app-2"));
  assert.equal(await (await fetch(`${base}/x`)).text(), "app-2");
  await writer.write(new Uint8Array(100_000));
  await writer.close();
  assert.equal(await counted, "app-1 200000");
  for (let part; !(part = await reader.read()).done;) heard += part.value;
  assert.equal(heard.match(/data: app-1 \d\n\n/g)?.length, 8);
  assert.doesNotMatch(heard, /app-2/);
  await until(async () => (await made.logged()).includes("app-1 did it in the background"));
});
