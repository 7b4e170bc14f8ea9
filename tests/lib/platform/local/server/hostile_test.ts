import assert from "node:assert/strict";
import { join } from "@std/path";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { reachOf } from "../../../../../lib/platform/local/app/addresses.ts";
import { assertAllFailed, outcomes } from "./hostile_app.ts";
import { content, hasAddress, newWorld } from "./world.ts";

Deno.test("a hostile app reaches no file, no environment, no process and no other realm", async () => {
  await using world = await newWorld();
  const local = join(world.project.state, "local");
  const quoted = (path: string) => JSON.stringify(path);
  const need =
    `const need = (value) => { if (value === undefined || value === null) throw new Error("There is none"); return value; };\n`;
  const told = await outcomes(world, need, {
    "Deno.readFile": `return need(Deno.readFileSync)(${quoted(join(local, "control.sqlite"))})`,
    "Deno.env": `return need(Deno.env.get("PATH"))`,
    "Deno.env.toObject": `return need(Deno.env.toObject().PATH)`,
    "Deno.Command": `return new (need(Deno.Command))("/bin/true").outputSync()`,
    "Deno.dlopen": `return need(Deno.dlopen)("libc.so.6", {})`,
    "Deno.connect": `return need(Deno.connect)({ port: 1 })`,
    "Deno.listen": `return need(Deno.listen)({ port: 0 })`,
    "Deno.serve": `return need(Deno.serve)({ port: 0 }, () => {})`,
    "Deno.permissions": `return need(Deno.permissions).requestSync({ name: "run" })`,
    "Deno.exit": `return need(Deno.exit)(0)`,
    "Deno.kill": `return need(Deno.kill)(Deno.pid ?? 1, "SIGKILL")`,
    "Deno internals":
      `return need(Deno[need(Object.getOwnPropertySymbols(Deno).find((one) => Deno[one]?.core))])`,
    "Deno.internal": `return need(Deno.internal && Deno[Deno.internal])`,
    "Deno by another name":
      `return need(Object.getOwnPropertyNames(globalThis).find((name) => name !== "Deno" && globalThis[name]?.permissions?.requestSync))`,
    "Deno put back":
      `Deno.readFileSync = 1; Deno.env.get = () => 1; return need(Deno.readFileSync)`,
    "process.binding": `return process.binding("fs")`,
    "process.dlopen": `return process.dlopen({}, "x")`,
    "process.getBuiltinModule": `return process.getBuiltinModule("node:fs")`,
    "process.kill": `return process.kill(process.ppid, "SIGKILL")`,
    "process.exit": `return process.exit(1)`,
    "process.reallyExit": `return process.reallyExit(1)`,
    "process.abort": `return process.abort()`,
    "process.env": `return need(process.env.PATH ?? process.env.HOME)`,
    "process.env of the module": `return need((await import("node:process")).env.PATH)`,
    "process of the module": `return (await import("node:process")).default.binding("fs")`,
    "function of the module": `return need((await import("node:process")).getBuiltinModule)`,
    "a Worker":
      `return new (need(globalThis.Worker))("data:text/javascript,1", { type: "module" })`,
    "eval": `return eval("1 + 1")`,
    "new Function": `return new Function("return 1")()`,
    "a function's constructor": `return (async () => {}).constructor("return 1")()`,
    "postMessage": `return postMessage({ type: "switched" })`,
    "self.close": `return self.close()`,
    "a forged message":
      `dispatchEvent(new MessageEvent("message", { data: { type: "stop", timeout: 0 } })); await new Promise((r) => setTimeout(r, 50)); throw new Error("and still here")`,
    "a listener for messages":
      `return await new Promise((resolve, reject) => { addEventListener("message", resolve); onmessage = resolve; setTimeout(() => reject(new Error("nothing heard")), 900); })`,
    "prototype of the environment":
      `Object.prototype.get = () => "x"; try { return need(Deno.env.get("PATH")) } finally { delete Object.prototype.get }`,
    "a data: module": `return await import("data:text/javascript,export default 1")`,
    "a blob: module":
      `return await import(URL.createObjectURL(new Blob(["export default 1"], { type: "text/javascript" })))`,
    "a file: module": `return await import("file:///etc/passwd")`,
    "a file: module as JSON": `return await import(${
      quoted(`file://${world.project.root}/edgespark.toml`)
    }, { with: { type: "json" } })`,
    "its own bundle under another name": `return await import(import.meta.url + "&again")`,
    "an http: module": `return await import("http://127.0.0.1:9/x.js")`,
    "an npm: module": `return await import("npm:left-pad")`,
    ...Object.fromEntries(
      [
        ...["fs", "fs/promises", "child_process", "worker_threads", "sqlite", "module", "vm"],
        ...["inspector", "dgram", "http2", "cluster", "repl", "v8", "wasi", "tty", "test"],
      ].map((name) => [`node:${name}`, `return await import("node:${name}")`]),
    ),
    "node:fs without its scheme": `return await import("fs")`,
    "a descriptor by node:net":
      `const net = await import("node:net"); return await new Promise((resolve, reject) => { const socket = new net.Socket({ fd: 0 }); socket.on("error", reject); socket.on("data", resolve); setTimeout(() => reject(new Error("nothing came")), 200); })`,
    "a handle by node:net":
      `const net = await import("node:net"); const handle = net._createServerHandle("127.0.0.1", 0, 4); if (typeof handle === "number") throw new Error("code " + handle); return handle`,
    "a port of its own":
      `const net = await import("node:net"); return await new Promise((resolve, reject) => { const server = net.createServer(); server.on("error", reject); server.listen(0, "127.0.0.1", () => resolve("listens")); })`,
    "a web server of its own":
      `const http = await import("node:http"); return await new Promise((resolve, reject) => { const server = http.createServer(); server.on("error", reject); server.listen(0, () => resolve("listens")); })`,
    "the control socket":
      `const net = await import("node:net"); return await new Promise((resolve, reject) => { const socket = net.connect(${
        quoted(join(local, "server.sock"))
      }); socket.on("error", reject); socket.on("connect", () => resolve("connected")); })`,
    "the machine's name": `return (await import("node:os")).hostname()`,
    "the machine's users": `return (await import("node:os")).userInfo()`,
    "the keys of the runtime":
      `return need(Object.values(globalThis[Symbol.for("edgespark.runtime")]).find((part) => JSON.stringify(part)?.includes("authSecret")))`,
    "the runtime's own objects changed":
      `"use strict"; globalThis[Symbol.for("edgespark.runtime")].auth = { user: { id: "admin" } }; return "changed"`,
    "the runtime replaced":
      `"use strict"; globalThis[Symbol.for("edgespark.runtime")] = {}; return "replaced"`,
  });
  assertAllFailed(told);
  // It lives on, in the same process.
  const { localAppServer } = await import(
    "../../../../../lib/platform/local/server/app_server.ts"
  );
  const status = await localAppServer(world.system, world.project).status();
  assert.deepEqual([status.app?.state, status.app?.restarts], ["running", 0]);
});

/**
 * A server of this machine that is none of the app's business, on all its IPv4 addresses and, where there
 * is one, on the loopback of IPv6; it counts who comes.
 */
function neighbour() {
  let visits = 0;
  const listeners = listenTwice();
  const { port } = listeners[0]!.addr as Deno.NetAddr;
  for (const listener of listeners) {
    (async () => {
      for await (const connection of listener) {
        visits++;
        connection.write(
          new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"),
        ).catch(() => {}).finally(() => connection.close());
      }
    })();
  }
  return {
    port,
    get visits() {
      return visits;
    },
    [Symbol.dispose]: () => listeners.forEach((listener) => listener.close()),
  };
}

/** Listens for both families on one port. */
function listenTwice(): Deno.Listener[] {
  for (let attempt = 0; attempt < 20; attempt++) {
    const four = Deno.listen({ hostname: "0.0.0.0", port: 0 });
    if (!hasAddress("::1")) return [four];
    const { port } = four.addr as Deno.NetAddr;
    try {
      return [four, Deno.listen({ hostname: "::1", port })];
    } catch (error) {
      // The other family's port is taken.
      four.close();
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error("No port is free for both families");
}

/** The addresses of this machine that a neighbour really answers at, so that only the refusal is between. */
function ownAddresses(): string[] {
  return Deno.networkInterfaces().filter(({ family }) => family === "IPv4")
    .map(({ address }) => address).filter((address) => reachOf(address) === "private");
}

/** Names of this machine that its hosts file leads to a loopback address. */
async function localNames(): Promise<string[]> {
  const hosts = await Deno.readTextFile("/etc/hosts").catch(() => "");
  const names = hosts.split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .filter(([address]) => address?.startsWith("127.") || address === "::1")
    .flatMap(([, ...names]) => names);
  return [...new Set([...names, Deno.hostname()])].filter((name) => name && name !== "localhost");
}

/** Ways to call a host, as attempts of the hostile app. */
function calls(host: string, port: number): Record<string, string> {
  const plain = JSON.stringify(host.replace(/^\[|\]$/g, ""));
  const wait = (resolve: string) => `setTimeout(() => ${resolve}(new Error("nothing came")), 3000)`;
  return {
    [`fetch ${host}`]: `return (await fetch("http://${host}:${port}/")).status`,
    [`fetch of a Request ${host}`]:
      `return (await fetch(new Request("http://${host}:${port}/", { method: "POST", body: "x" }))).status`,
    [`WebSocket ${host}`]:
      `return await new Promise((resolve, reject) => { const socket = new WebSocket("ws://${host}:${port}/"); socket.onopen = resolve; socket.onerror = (event) => reject(event.error ?? new Error(event.message)); ${
        wait("reject")
      } })`,
    [`node:net ${host}`]:
      `return await new Promise((resolve, reject) => { const socket = net.connect({ host: ${plain}, port: ${port} }); socket.on("connect", () => resolve("connected")); socket.on("error", reject); ${
        wait("reject")
      } })`,
    [`node:http ${host}`]:
      `return await new Promise((resolve, reject) => { http.get({ host: ${plain}, port: ${port} }, (answer) => resolve(answer.statusCode)).on("error", reject); ${
        wait("reject")
      } })`,
    [`node:tls ${host}`]:
      `return await new Promise((resolve, reject) => { const socket = tls.connect({ host: ${plain}, port: ${port} }); socket.on("secureConnect", () => resolve("connected")); socket.on("error", reject); ${
        wait("reject")
      } })`,
  };
}

const NET = `import net from "node:net"; import http from "node:http"; import tls from "node:tls";
`;

/** Touches `process` for the first time while what code of a late hour might lean on is the app's own. */
const LOOT = `const loot = [];
const keep = (...all) => { loot.push(...all); return all[0]; };
const own = [
  [Array.prototype, Symbol.iterator, () => ({ next: () => ({ done: true }) })],
  [Function.prototype, "bind", function () { loot.push(this); return this; }],
  [Function.prototype, "call", function () { loot.push(this); }],
  [Object, "defineProperty", keep], [Object, "freeze", keep], [Reflect, "apply", keep],
  [String.prototype, "includes", () => false], [RegExp.prototype, "exec", () => null],
];
const old = own.map(([object, name]) => object[name]);
for (let i = 0; i < own.length; i++) own[i][0][own[i][1]] = own[i][2];
let late;
try { late = process; } finally { for (let i = 0; i < own.length; i++) own[i][0][own[i][1]] = old[i]; }
`;

Deno.test("what one app keeps in `caches` no other app finds", async () => {
  const attempts = (inside: string) => ({
    "caches.open": `const cache = await caches.open("shared"); ${inside}`,
    "caches.default": `const cache = caches.default; ${inside}`,
    "the engine's own":
      `const cache = await CacheStorage.prototype.open.call(caches, "shared"); ${inside}`,
  });
  const address = `"https://x.example/kept"`;
  await using first = await newWorld();
  const kept = await outcomes(
    first,
    "",
    attempts(
      `await cache.put(${address}, new Response("mine")); return (await cache.match(${address})).text()`,
    ),
  );
  assert.deepEqual([kept["caches.open"], kept["caches.default"]], ["worked: mine", "worked: mine"]);
  assert.match(kept["the engine's own"]!, /^failed/);
  await using second = await newWorld();
  const look =
    `const found = await cache.match(${address}); if (!found) throw new Error("nothing"); return found.text()`;
  assertAllFailed(await outcomes(second, "", attempts(look)));
});

Deno.test("what is loaded when an app first asks for it is confined all the same", async () => {
  await using world = await newWorld();
  const attempts = {
    "process.binding": `return late.binding("fs")`,
    "process.getBuiltinModule": `return late.getBuiltinModule("no" + "de:fs")`,
    "process.dlopen": `return late.dlopen({}, "x")`,
    "process.reallyExit": `return late.reallyExit(1)`,
    "process.kill": `return process.kill(process.ppid, "SIGKILL")`,
    "process.env": `if (!process.env.PATH && !process.env.HOME) throw new Error("There is none")`,
    "what was caught": `const found = loot.find((one) =>
      one?.env?.PATH || one?.binding || one?.getBuiltinModule || one?.permissions);
      if (!found) throw new Error("There is none"); return found`,
    "Deno": `return Deno.readFileSync("/etc/passwd")`,
  };
  // Nothing in it looks like an import: Node's modules are loaded when it touches `process`.
  assertAllFailed(await outcomes(world, LOOT, attempts));
});

Deno.test("a bundle that imports Node's modules is confined after one that imports none", async () => {
  await using world = await newWorld();
  using other = neighbour();
  const first = await outcomes(world, LOOT, { "process": `return process.env.NODE_ENV` });
  assert.deepEqual(first, { process: "worked: production" });
  const connect = `await new Promise((resolve, reject) =>
    net.connect(${other.port}, "127.0.0.1").on("connect", resolve).on("error", reject))`;
  const told = await outcomes(world, `import net from "node:net";\n`, {
    "node:net": `return ${connect}`,
    "listen": `return await new Promise((resolve, reject) =>
      net.createServer().on("error", reject).listen(0, resolve))`,
    "import() of a module that it did not name": `return await import("node:fs")`,
    "import() of a file": `return await import("file:///etc/hostname")`,
  });
  assertAllFailed(told);
  assert.equal(other.visits, 0);
});

Deno.test("an app reaches no other port of this machine and no private network, by whatever name", async () => {
  await using world = await newWorld();
  using other = neighbour();
  const names = ["localhost", "LOCALHOST", "localhost.", "x.localhost", ...await localNames()];
  const hosts = [
    ...["127.0.0.1", "127.0.0.2", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1"],
    ...["0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
    ...["[0:0:0:0:0:0:0:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"],
    ...["10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"],
    ...["[fe80::1]", "[fd00::1]", "[ff02::1]", "[64:ff9b:1::7f00:1]", "[2001::1]"],
    ...ownAddresses(),
  ];
  const told = await outcomes(
    world,
    NET,
    Object.assign({}, ...[...names, ...hosts].map((host) => calls(host, other.port))),
    true,
  );
  assertAllFailed(told);
  // Refused, and not merely without an answer: what is not there fails all the same.
  const refused = (how: string) => /may not call .*allow_net.* \(CALL_REFUSED\)$/.test(how);
  const unknown = (call: string, how: string) =>
    names.some((name) => call.endsWith(` ${name}`)) && / \((ENOTFOUND|EAI_AGAIN)\)$/.test(how);
  assert.deepEqual(
    Object.entries(told).filter(([call, how]) => !refused(how) && !unknown(call, how)),
    [],
  );
  assert.equal(other.visits, 0);
  assert.match(told["fetch localhost"]!, /may not call `localhost:\d+`.*allow_net/);
});

Deno.test("what the neighbour's test counts are visits: without the judge they would come", async () => {
  using other = neighbour();
  const hosts = ["127.0.0.1", ...hasAddress("::1") ? ["[::1]"] : [], ...ownAddresses()];
  for (const host of hosts) await (await fetch(`http://${host}:${other.port}/`)).body?.cancel();
  assert.equal(other.visits, hosts.length);
});

Deno.test("tricks with prototypes and with getters do not fool the judge", async () => {
  // An address of nobody, that a judge who is fooled would have looked at.
  await using world = await newWorld('[runtime]\nallow_net = ["*", "192.0.2.1:1"]\n');
  using other = neighbour();
  const target = `http://127.0.0.1:${other.port}/`;
  const named = (await localNames())[0];
  /** Replaces members while `fetch` runs; afterwards they are as they were. */
  const swap = (to: string, ...members: [object: string, name: string, descriptor: string][]) =>
    `const old = []; try { ${
      members.map(([object, name, descriptor]) =>
        `old.push([${object}, ${name}, Object.getOwnPropertyDescriptor(${object}, ${name})]); Object.defineProperty(${object}, ${name}, { configurable: true, ...${descriptor} });`
      ).join(" ")
    } return (await fetch("${to}")).status; } finally { for (let i = 0; i < old.length; i++) Object.defineProperty(old[i][0], old[i][1], old[i][2]); }`;
  const getter = `{ get: () => "http://example.com/" }`;
  const no = `{ value: () => false, writable: true }`;
  const byName = `http://${named}:${other.port}/`;
  const told = await outcomes(world, NET, {
    "a URL that changes":
      `let count = 0; return (await fetch({ toString: () => count++ ? "${target}" : "http://192.0.2.1:1/" }, { signal: AbortSignal.timeout(2_000) })).status`,
    "hostname of URL": swap(target, ["URL.prototype", `"hostname"`, getter]),
    "href of URL": swap(target, ["URL.prototype", `"href"`, getter]),
    "url of Request": swap(target, ["Request.prototype", `"url"`, getter]),
    "classes": swap(
      target,
      ["globalThis", `"URL"`, `{ value: class { hostname = "example.com"; protocol = "ftp:" } }`],
      ["globalThis", `"Request"`, "{ value: class {} }"],
    ),
    "strings": swap(
      target,
      ["String.prototype", `"startsWith"`, no],
      ["String.prototype", `"endsWith"`, no],
      ["String.prototype", `"includes"`, no],
      ["String.prototype", `"charCodeAt"`, "{ value: () => 49 }"],
      ["String.prototype", `"toLowerCase"`, `{ value: () => "example.com" }`],
    ),
    "arrays": swap(
      target,
      ["Array.prototype", `"some"`, no],
      ["Array.prototype", `"find"`, no],
      ["Array.prototype", `"every"`, "{ value: () => true }"],
    ),
    "regular expressions": swap(
      target,
      ["RegExp.prototype", `"test"`, no],
      ["RegExp.prototype", `"exec"`, "{ value: () => null }"],
    ),
    "promises": swap(
      byName,
      ["Promise.prototype", `"constructor"`, "{ value: class {} }"],
    ),
    "then": swap(
      byName,
      [
        "Promise.prototype",
        `"then"`,
        "{ value: ((then) => function (a, b) { return then.call(this, a && (() => a(undefined)), b); })(Promise.prototype.then) }",
      ],
    ),
    "Reflect": swap(target, ["Reflect", `"apply"`, `{ value: () => "http://example.com" }`]),
    "a handle of a socket":
      `const handle = net._createServerHandle?.("", -1, -1); if (!handle || typeof handle === "number") throw new Error("There is none"); return handle`,
    "then with an answer of its own": swap(
      byName,
      [
        "Promise.prototype",
        `"then"`,
        "{ value: function (a) { a?.({ lookup: (host, options, call) => call(null, []) }); return this; } }",
      ],
    ),
  });
  // The last one answers itself, and the harness; what counts is that nobody came.
  delete told["then with an answer of its own"];
  assertAllFailed(told);
  assert.equal(other.visits, 0);
});

Deno.test("`allow_net` opens what it names and nothing beside it, also over a redirect", async () => {
  using other = neighbour();
  let visits = 0;
  const friend: Deno.HttpServer<Deno.NetAddr> = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, (request): Response => {
    visits++;
    const { pathname } = new URL(request.url);
    if (pathname === "/socket") {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onmessage = ({ data }) => socket.send(`heard ${data}`);
      return response;
    }
    if (pathname === "/back") return Response.redirect(`http://127.0.0.1:${port}/here`, 307);
    const away = pathname === "/away" ? "http://127.0.0.1" : "http://localhost";
    return pathname === "/here"
      ? new Response(request.body)
      : new Response(null, { status: 302, headers: { location: `${away}:${other.port}/` } });
  });
  const port: number = friend.addr.port;
  const url = `http://127.0.0.1:${port}`;
  for (const list of [[`127.0.0.1:${port}`], ["*", `127.0.0.1:${port}`]]) {
    await using world = await newWorld(`[runtime]\nallow_net = ${JSON.stringify(list)}\n`);
    visits = 0;
    const told = await outcomes(world, NET, {
      "what is named":
        `return await (await fetch("${url}/here", { method: "POST", body: "x" })).text()`,
      "what is named, by a socket":
        `return await new Promise((resolve, reject) => http.get("${url}/here", (answer) => resolve(answer.statusCode)).on("error", reject))`,
      "a socket":
        `return await new Promise((resolve, reject) => { const socket = new WebSocket("${url}/socket"); if (!(socket instanceof WebSocket) || socket.readyState !== WebSocket.CONNECTING) reject(new Error("no socket")); socket.onopen = () => socket.send("me"); socket.addEventListener("message", (event) => { socket.close(1000); resolve(event.data + " " + socket.readyState); }); socket.onerror = (event) => reject(new Error(event.message)); })`,
      "a redirect to itself":
        `const answer = await fetch("${url}/back", { method: "POST", body: "again" }); return await answer.text() + " " + answer.redirected`,
      "a redirect that is not followed":
        `return (await fetch("${url}/away", { redirect: "manual" })).status`,
      "a redirect away": `return (await fetch("${url}/away")).status`,
      "a redirect to a name": `return (await fetch("${url}/name")).status`,
      "its neighbour": `return (await fetch("http://127.0.0.1:${other.port}/")).status`,
      "the same port by another address":
        `return (await fetch("http://127.0.0.2:${port}/here")).status`,
    });
    const worked = Object.entries(told).filter(([, how]) => how.startsWith("worked")).map((
      [name, how],
    ) => `${name} -> ${how.slice(8)}`);
    assert.deepEqual(worked, [
      "what is named -> x",
      "what is named, by a socket -> 200",
      "a socket -> heard me 2",
      "a redirect to itself -> again true",
      "a redirect that is not followed -> 302",
    ], JSON.stringify(told, null, 1));
    assert.equal(other.visits, 0);
    assert.ok(visits > 0);
  }
  await friend.shutdown();
});

Deno.test("an entry of `allow_net` that is no host is refused when the server starts", async () => {
  await using world = await newWorld('[runtime]\nallow_net = ["http://example.com/"]\n');
  const platform = await openLocalPlatform(world.system, world.project);
  await assert.rejects(() => platform.deployments.deploy(content("{ fetch() {} }")), {
    code: "ALLOW_NET_INVALID",
    kind: "config",
  });
  platform.close();
});
