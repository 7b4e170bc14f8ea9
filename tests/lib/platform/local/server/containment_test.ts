import assert from "node:assert/strict";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { localAppServer } from "../../../../../lib/platform/local/server/app_server.ts";
import { openEnvironment } from "../../../../../lib/platform/local/server/environment.ts";
import { content, lives, newWorld, until, type World } from "./world.ts";

/** An app that does at `/api/public/<name>` what the name's code says, and says `fine` elsewhere. */
async function running(world: World, deeds: Record<string, string>) {
  await ownPort(world);
  const platform = await openLocalPlatform(world.system, world.project);
  const server = localAppServer(world.system, world.project);
  const { url } = await platform.deployments.deploy(content(`{
    async fetch(request) {
      const name = new URL(request.url).pathname.split("/").at(-1);
      ${
    Object.entries(deeds).map(([name, code]) => `if (name === "${name}") { ${code} }`).join("\n")
  }
      return new Response("fine");
    },
  }`));
  const app = async () => (await server.status()).app!;
  const records = async () =>
    await Array.fromAsync(
      platform.logs.tail({ since: 0, follow: false, signal: world.system.signal }),
    );
  return {
    url,
    app,
    supervisor: (await server.status()).pid!,
    get: (name: string) => fetch(`${url}/api/public/${name}`),
    /** Waits for the record of an end, and for the app that came after it. */
    async ended(words: RegExp, pid: number) {
      await until(
        async () =>
          (await records()).some(({ level, message }) =>
            level === "error" && words.test(message ?? "")
          ),
        60_000,
      );
      await until(async () => {
        const now = await app();
        return now.state === "running" && now.pid !== pid;
      }, 60_000);
      assert.equal(await lives(pid), false);
      assert.equal(await (await fetch(`${url}/api/public/x`)).text(), "fine");
    },
    logged: async (words: RegExp) => {
      await until(async () => (await records()).some(({ message }) => words.test(message ?? "")));
    },
    [Symbol.dispose]: () => platform.close(),
  };
}

/** A port far from 7775: there another test's server could start in the moment after a crash. */
async function ownPort(world: World): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const environment = openEnvironment(world.system, world.project);
  await environment.keepPort(port);
  environment.close();
}

/** `fetch` asks once more by itself when a kept connection breaks; then the answer is 503. */
const LOST: (number | string)[] = ["cut off", 503];

/** What comes of a request that does not survive. */
function outcome(request: Promise<Response>): Promise<number | "cut off"> {
  return request.then(async (answer) => {
    await answer.body?.cancel();
    return answer.status;
  }, () => "cut off" as const);
}

Deno.test("uncaught errors, rejections and attempts to exit are logged, and the same process goes on", async () => {
  await using world = await newWorld();
  using app = await running(world, {
    throws: `setTimeout(() => { throw new Error("thrown by a timer"); }, 1);`,
    rejects: `Promise.reject(new Error("rejected by nobody's leave"));`,
    exits: `setTimeout(() => process.exit(3), 1);`,
    aborts: `process.abort();`,
    overflows: `const again = () => again() + 1; again();`,
  });
  const { pid } = await app.app();
  assert.equal((await app.get("throws")).status, 200);
  assert.equal((await app.get("rejects")).status, 200);
  assert.equal((await app.get("exits")).status, 200);
  assert.equal((await app.get("aborts")).status, 500);
  assert.equal((await app.get("overflows")).status, 500);
  await app.logged(/thrown by a timer/);
  await app.logged(/rejected by nobody's leave/);
  await app.logged(/called `process\.exit`/);
  await app.logged(/called `process\.abort`/);
  await app.logged(/call stack/i);
  assert.equal(await (await app.get("x")).text(), "fine");
  assert.deepEqual(await app.app(), { pid, state: "running", restarts: 0 });
});

Deno.test("an app that takes too much memory is ended, in its heap and in buffers, and comes back", async () => {
  await using world = await newWorld("[runtime]\nmemory_mb = 96\n");
  using app = await running(world, {
    buffers:
      `const all = []; for (;;) { all.push(new Uint8Array(8e6).fill(1)); await new Promise((done) => setTimeout(done, 1)); }`,
    heap: `const all = []; for (;;) all.push({ a: all.length, b: [all.length] });`,
  });
  const first = (await app.app()).pid!;
  assert.ok(LOST.includes(await outcome(app.get("buffers"))));
  await app.ended(/took \d+ MiB of memory, 224 are allowed \(`\[runtime\] memory_mb`\)/, first);
  const second = (await app.app()).pid!;
  assert.ok(LOST.includes(await outcome(app.get("heap"))));
  await app.ended(/heap is full \(`\[runtime\] memory_mb`|took \d+ MiB of memory/, second);
  assert.equal(await lives(app.supervisor), true);
});

Deno.test("an app that hangs is ended and brought back; meanwhile nothing hangs for ever", async () => {
  await using world = await newWorld();
  using app = await running(world, { hangs: `for (;;);` });
  const { pid } = await app.app();
  const hanging = outcome(app.get("hangs"));
  // It waits behind the one that hangs, and ends with it at the latest.
  const waiting = outcome(app.get("x"));
  await app.ended(/did not answer for 10 s and is ended/, pid!);
  assert.ok(LOST.includes(await hanging));
  assert.ok([...LOST, 200].includes(await waiting));
  assert.equal(await lives(app.supervisor), true);
});

Deno.test("while the app is started again, requests get 503 with Retry-After", async () => {
  await using world = await newWorld();
  using app = await running(world, {});
  const seen = new Set<string>();
  // Each crash in a row waits longer before the next start.
  for (let crash = 0; crash < 4; crash++) {
    const { pid } = await app.app();
    Deno.kill(pid!, "SIGKILL");
    await until(async () => {
      const answer = await fetch(`${app.url}/api/public/x`).catch(() => null);
      if (answer) {
        seen.add(`${answer.status} ${answer.headers.get("retry-after")}`);
        await answer.body?.cancel();
      }
      const now = await app.app();
      return now.state === "running" && now.pid !== pid;
    }, 60_000);
  }
  assert.deepEqual([...seen].sort(), ["200 null", "503 1"]);
  assert.equal((await app.app()).restarts >= 4, true);
  // Nobody else listens there any more.
  for (let round = 0; round < 40; round++) {
    assert.equal(await (await app.get("x")).text(), "fine");
  }
});

Deno.test("a hanging app ends with its supervisor, however that ends", async () => {
  await using world = await newWorld();
  using app = await running(world, { hangs: `for (;;);` });
  const { pid } = await app.app();
  const hanging = outcome(app.get("hangs"));
  Deno.kill(app.supervisor, "SIGKILL");
  await until(async () => !(await lives(pid!)));
  assert.equal(await hanging, "cut off");
});
