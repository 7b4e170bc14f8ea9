import assert from "node:assert/strict";
import { ANNA, Visitor } from "./support/visitor.ts";
import { inWorld, SETTINGS, type World } from "./support/world.ts";

/** A client whose messages are waited for one by one. */
class Client {
  readonly socket: WebSocket;
  readonly closed: Promise<CloseEvent>;
  readonly #messages: unknown[] = [];
  readonly #waiting: PromiseWithResolvers<unknown>[] = [];

  constructor(world: World, path: string, headers?: HeadersInit, protocols: string[] = []) {
    const url = world.url.replace("http", "ws") + path;
    // Deno's own second parameter; the types here are the browser's.
    this.socket = new WebSocket(url, { headers, protocols } as unknown as string[]);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => {
      const next = this.#waiting.shift();
      if (next) next.resolve(data);
      else this.#messages.push(data);
    };
    this.closed = new Promise((resolve) => {
      this.socket.onclose = (event) => {
        for (const { reject } of this.#waiting) reject(new Error(`Closed with ${event.code}`));
        resolve(event);
      };
    });
  }

  next(): Promise<unknown> {
    if (this.#messages.length > 0) return Promise.resolve(this.#messages.shift());
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  async ask(data: string | Uint8Array<ArrayBuffer>): Promise<unknown> {
    this.socket.send(data);
    return await this.next();
  }

  async end(code = 1000): Promise<CloseEvent> {
    this.socket.close(code);
    return await this.closed;
  }
}

/** A handshake by hand: its status and headers. */
async function handshake(
  world: World,
  path: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const { hostname, port, host } = new URL(world.url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({
    host,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  await connection.write(
    new TextEncoder().encode(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`),
  );
  let text = "";
  const buffer = new Uint8Array(4096);
  while (!text.includes("\r\n\r\n")) {
    const size = await connection.read(buffer);
    if (size === null) break;
    text += new TextDecoder().decode(buffer.subarray(0, size));
  }
  return text;
}

Deno.test("a pair as Workers have it: text, bytes, the database, who is there, close codes", () =>
  inWorld(async (world) => {
    const { token } = await new Visitor(world).signUp();
    const headers = { authorization: `Bearer ${token}` };
    const client = new Client(world, "/api/public/socket", headers, ["chat"]);
    assert.equal(await client.next(), "hello from v1");
    assert.equal(client.socket.protocol, "chat");
    assert.deepEqual(JSON.parse(String(await client.ask("hi"))), {
      data: "hi",
      version: "v1",
      user: ANNA.email,
      count: 0,
    });
    const bytes = await client.ask(new Uint8Array([1, 2, 255]));
    assert.deepEqual([...new Uint8Array(bytes as ArrayBuffer)], [255, 2, 1]);
    const long = "x".repeat(1_000_000);
    assert.equal(JSON.parse(String(await client.ask(long))).data.length, 1_000_000);
    assert.equal(await client.ask("badclose"), "TypeError");
    client.socket.send("stray");
    const stray = await world.logged((it) => it.message?.includes("thrown in a socket") ?? false);
    const opened = await world.logged((it) => it.path === "/api/public/socket");
    assert.equal(opened.status, 101);
    assert.equal(stray.requestId, opened.requestId);
    client.socket.send("close 4001");
    const { code, reason, wasClean } = await client.closed;
    assert.deepEqual([code, reason, wasClean], [4001, "as you wish", true]);
    const seen = await world.logged((it) => it.message?.startsWith("socket closed") ?? false);
    assert.equal(seen.message, "socket closed 4001 as you wish true");
    assert.equal(seen.requestId, opened.requestId);
  }));

Deno.test("the app hears how a client went", () =>
  inWorld(async (world) => {
    const heard = async (text: string) => {
      await world.logged((it) => it.message === `socket closed ${text}`);
      world.records.length = 0;
    };
    const polite = new Client(world, "/api/public/socket");
    await polite.next();
    assert.equal((await polite.end(3001)).code, 3001);
    await heard("3001 - true");
    const silent = new Client(world, "/api/public/socket");
    await silent.next();
    silent.socket.close();
    await heard("1005 - true");
    // The connection is gone without a word.
    await handshake(world, "/api/public/socket");
    await heard("1006 - false");
  }));

Deno.test("Hono's upgradeWebSocket, a pair within the app, an answer that is no upgrade", () =>
  inWorld(async (world) => {
    const client = new Client(world, "/api/public/hono-socket?name=bob");
    await new Promise((resolve) => client.socket.onopen = resolve);
    assert.equal(await client.ask("hi"), "bob: hi");
    await client.end();
    await world.logged((it) => it.message === "hono socket closed");
    assert.equal(await (await world.get("/api/public/hono-socket")).text(), "no upgrade");
    assert.deepEqual(await (await world.get("/api/public/local-pair")).json(), ["a!", "4000"]);
    const plain = await world.get("/api/public/socket");
    assert.equal(plain.status, 426);
    assert.equal((await plain.json()).error.code, "UPGRADE_REQUIRED");
  }));

Deno.test("path rules and the page's origin come before the upgrade", () =>
  inWorld(async (world) => {
    const visitor = new Visitor(world);
    await visitor.signUp();
    const { cookie } = visitor;
    const own = { cookie, origin: world.url };
    const foreign = { cookie, origin: "https://evil.example" };
    const status = async (path: string, headers: Record<string, string>) =>
      Number((await handshake(world, path, headers)).split(" ")[1]);
    assert.equal(await status("/api/socket", {}), 401);
    assert.equal(await status("/api/socket", own), 101);
    assert.equal(await status("/api/socket", { cookie }), 101);
    assert.equal(await status("/api/socket", foreign), 403);
    assert.equal(await status("/api/socket", { cookie, origin: "null" }), 403);
    assert.equal(await status("/api/socket", { cookie, origin: "https://front.example" }), 101);
    assert.equal(await status("/api/webhooks/socket", foreign), 101);
    assert.equal(await status("/api/%70ublic/socket", own), 400);
    assert.equal(await status("/api/public/socket", { connection: "close" }), 400);

    // A public socket opens for any page, but not as the person whose browser it is.
    const whoIs = async (headers: Record<string, string>) => {
      const client = new Client(world, "/api/public/socket", headers);
      await client.next();
      const { user } = JSON.parse(String(await client.ask("who")));
      await client.end();
      return user;
    };
    assert.equal(await whoIs(own), ANNA.email);
    assert.equal(await whoIs(foreign), null);

    const text = await handshake(world, "/api/public/socket", { "sec-websocket-protocol": "chat" });
    assert.match(text, /^x-app: 1\r$/m);
    assert.match(text, /^x-edgespark-request-id: /m);
    assert.match(text, /^sec-websocket-protocol: chat\r$/m);
  }, { start: { origins: ["https://front.example"] } }));

Deno.test("a socket stays on its old code through a switch, and hears of the stop", async () => {
  let client: Client | undefined;
  await inWorld(async (world) => {
    client = new Client(world, "/api/public/socket");
    assert.equal(await client.next(), "hello from v1");
    const switched = world.next("switched");
    world.send({ type: "deploy", deployment: await world.deployment("v2"), settings: SETTINGS });
    await switched;
    assert.equal(JSON.parse(String(await client.ask("still?"))).version, "v1");
    const newer = new Client(world, "/api/public/socket");
    assert.equal(await newer.next(), "hello from v2");
    await newer.end();
  });
  const { code, wasClean } = await client!.closed;
  assert.deepEqual([code, wasClean], [1001, true]);
});
