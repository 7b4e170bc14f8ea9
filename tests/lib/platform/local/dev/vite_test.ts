import assert from "node:assert/strict";
import { join } from "@std/path";
import { fixtureModules } from "../../../../support/fixtures.ts";
import { lives, until } from "../server/world.ts";
import { answering, type DevProcess, DevWorld } from "./world.ts";

const WEB = '[web]\npath = "web"\noutput_path = "web/dist"\n';

async function withVite(): Promise<DevWorld> {
  const world = await DevWorld.make({
    "server/src/index.ts": answering("api"),
    "web/package.json": JSON.stringify({ type: "module", dependencies: { vite: "*" } }),
    "web/index.html": '<html><body><script type="module" src="/main.ts"></script></body></html>',
    "web/main.ts":
      'import { word } from "./word.ts";\nconsole.log(word);\nimport.meta.hot?.accept();\n',
    "web/word.ts": 'export const word: string = "first";\n',
  }, WEB);
  await Deno.symlink(join(fixtureModules(), "node_modules"), world.path("web/node_modules"));
  return world;
}

Deno.test("pages come from the project's Vite at the same origin as the API, live updates included", async () => {
  await using world = await withVite();
  const dev = await world.ready();
  const ready = dev.events.find((event) => event.event === "ready");
  assert.equal(ready?.event === "ready" && ready.web, "vite");
  assert.match(await dev.text("/"), /\/@vite\/client/);
  assert.match(await dev.text("/word.ts"), /"first"/);
  assert.match(await dev.text("/main.ts"), /word\.ts/);
  assert.equal(await dev.text("/api/public/x"), "api");
  assert.equal(await statusFor(dev, "evil.example"), 403);
  assert.equal(await statusFor(dev, "localhost"), 200);

  await using socket = await hotSocket(dev);
  assert.equal(socket.protocol, "vite-hmr");
  await world.write({ "web/word.ts": 'export const word: string = "second";\n' });
  const update = await socket.next("update");
  assert.match(JSON.stringify(update), /\/(word|main)\.ts/);
  assert.match(await dev.text("/word.ts"), /"second"/);
});

Deno.test("Vite that ends is started again and ends nothing else; at the end of `dev` it is gone", async () => {
  await using world = await withVite();
  const dev = await world.ready();
  await (await dev.get("/")).body?.cancel();
  const [first] = await hosts(world);
  assert.ok(first);
  Deno.kill(first, "SIGKILL");
  await dev.next("web", ({ text }) => text.includes("started again"));
  assert.equal(await dev.text("/api/public/x"), "api");
  assert.match(await dev.text("/"), /\/@vite\/client/);
  const [second] = await hosts(world);
  assert.ok(second && second !== first);
  dev.kill("SIGKILL");
  await until(async () => !await lives(second), 60_000);
});

Deno.test("without Vite the last build is served, and without that a page says what to do", async () => {
  await using world = await DevWorld.make({ "server/src/index.ts": answering("api") }, WEB);
  const dev = await world.ready();
  assert.ok(
    dev.events.some((event) => event.event === "notice" && event.code === "WEB_NOT_SERVED"),
  );
  const nothing = await dev.get("/");
  assert.equal(nothing.status, 404);
  assert.match(await nothing.text(), /cd web &#38;&#38; npm install/);
  await world.write({ "web/dist/index.html": "built", "web/dist/a.txt": "file" });
  assert.equal(await dev.text("/some/page"), "built");
  assert.equal(await dev.text("/a.txt"), "file");
});

/** The status of a page under another name, as after a name was pointed at this machine. */
async function statusFor(dev: DevProcess, host: string): Promise<number> {
  const connection = await Deno.connect({ port: Number(new URL(dev.url).port) });
  const head = `GET /word.ts HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(head));
  const answer = await new Response(connection.readable).text();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

/** Process ids of the Vite of a world. */
async function hosts(world: DevWorld): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-A", "-o", "pid=,args="] }).output();
  return new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line.includes("vite_host") && line.includes(world.root))
    .map((line) => Number(line.trim().split(/\s+/)[0]));
}

/** The socket over which Vite's client in the browser hears of updates. */
async function hotSocket(dev: DevProcess) {
  const token = /const wsToken = "([^"]+)"/.exec(await dev.text("/@vite/client"))?.[1] ?? "";
  const socket = new WebSocket(`${dev.url.replace("http", "ws")}/?token=${token}`, "vite-hmr");
  const messages: { type: string }[] = [];
  let wake = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => {
    messages.push(JSON.parse(data));
    wake.resolve();
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = (event) => reject(new Error(`No socket: ${(event as ErrorEvent).message}`));
  });
  return {
    protocol: socket.protocol,
    async next(type: string) {
      for (;;) {
        const found = messages.find((message) => message.type === type);
        if (found) return found;
        wake = Promise.withResolvers();
        await wake.promise;
      }
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => socket.onclose = resolve);
      socket.close();
      await closed;
    },
  };
}
