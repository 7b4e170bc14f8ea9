import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { bundleApp } from "../../../../../lib/bundle/app_bundle.ts";
import { inProject } from "../../../sandbox/world.ts";
import { inWorld, SETTINGS, type World } from "./support/world.ts";

/** An app as users write it: the SDK by static and by dynamic import, inside and outside of handlers. */
const APP = `
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { sql } from "drizzle-orm";
import { ctx, db, storage, vars } from "edgespark";
import { auth } from "edgespark/http";

const outside: Record<string, string> = {};
const attempt = (name: string, work: () => unknown) => {
  try { outside[name] = "worked: " + String(work()); }
  catch (error) { outside[name] = (error as { code: string }).code; }
};
attempt("db", () => db.select);
attempt("storage", () => storage.from);
attempt("vars", () => vars.get("PUBLIC_NAME"));
attempt("environment", () => ctx.environment);
attempt("background", () => ctx.runInBackground(Promise.resolve()));
attempt("user", () => auth.user);
const early = await import("edgespark");
attempt("dynamic", () => early.vars.get("PUBLIC_NAME"));
setTimeout(() => attempt("timer", () => vars.get("PUBLIC_NAME")), 0);

const app = new Hono();
const say = async (what: string, turn: string) => {
  const rows = await db.all(sql\`SELECT \${turn} AS turn\`) as { turn: string }[];
  console.log("turn " + rows[0]!.turn + " " + what + " " + vars.get("PUBLIC_NAME"));
};
app.get("/api/public/outside", (c) => c.json(outside));
app.get("/api/public/places/:turn", async (c) => {
  const turn = c.req.param("turn");
  await say("await", turn);
  await new Promise<void>((done) => setTimeout(() => say("timer", turn).then(done), 2));
  await new Promise<void>((done) => queueMicrotask(() => say("microtask", turn).then(done)));
  const sdk = await import("edgespark");
  await say("import " + (sdk.db === db && sdk.vars.get("PUBLIC_NAME")), turn);
  const http = await import("edgespark/http");
  await say("user " + http.auth.isAuthenticated(), turn);
  ctx.runInBackground(new Promise((done) => setTimeout(done, 5)).then(() => say("background", turn)));
  let left = 3;
  return new Response(new ReadableStream({
    async pull(controller) {
      await say("stream", turn);
      if (left-- > 0) controller.enqueue(new TextEncoder().encode("x"));
      else controller.close();
    },
  }));
});
app.get("/api/public/endless", (c) => {
  c.req.raw.signal.addEventListener("abort", () => console.log("the request was aborted"));
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => console.log("the stream was aborted"));
    for (let turn = 0; !stream.aborted; turn++) {
      await stream.writeSSE({ data: String(turn) });
      await stream.sleep(20);
    }
    console.log("the stream ended");
  });
});
app.post("/api/public/echo", (c) => new Response(c.req.raw.body));
app.post("/api/public/count", async (c) => {
  let bytes = 0;
  try {
    for await (const chunk of c.req.raw.body!) bytes += chunk.length;
  } catch (error) {
    console.log("the upload broke off: " + (error instanceof Error));
    throw error;
  }
  return c.json({ bytes });
});
app.get("/api/public/later", (c) => {
  ctx.runInBackground((async () => {
    console.log("later begins");
    await new Promise((done) => setTimeout(done, Number(c.req.query("ms"))));
    console.log("later is done for " + vars.get("PUBLIC_NAME"));
    throw new Error("at the very end");
  })());
  return c.text("ok");
});
app.get("/api/public/streamed/:how", (c) => {
  const turn = c.req.query("turn")!;
  const bytes = async (left: number) => {
    await say("part " + left, turn);
    return new TextEncoder().encode("x");
  };
  async function* parts() {
    try { for (let left = 3; left > 0; left--) yield await bytes(left); }
    finally { console.log("turn " + turn + " ended " + vars.get("PUBLIC_NAME")); }
  }
  class Source {
    #left = 3;
    #begun = false;
    start() { this.#begun = true; }
    async pull(controller: ReadableStreamDefaultController) {
      if (!this.#begun || this.#left === 0) return controller.close();
      controller.enqueue(await bytes(this.#left--));
    }
    async cancel() { await say("cancelled", turn); }
  }
  if (c.req.param("how") === "endless") {
    return new Response(new ReadableStream({
      pull: async (controller) => {
        await new Promise((done) => setTimeout(done, 5));
        controller.enqueue(new Uint8Array(1000));
      },
      cancel: () => say("cancelled", turn),
    }));
  }
  return new Response(
    c.req.param("how") === "values"
      ? ReadableStream.from(parts())
      : new ReadableStream(new Source(), { highWaterMark: 0 }),
  );
});
app.get("/api/public/steps", () =>
  new Response(ReadableStream.from(function* () {
    for (let step = 0; step < 3; step++) yield new TextEncoder().encode(vars.get("PUBLIC_NAME")!);
  }())));
app.get("/api/public/class", (c) => {
  const stream = new ReadableStream();
  class Mine extends ReadableStream {}
  return c.json([stream instanceof ReadableStream, stream.constructor === ReadableStream,
    new Mine() instanceof Mine, new Response("x").body instanceof ReadableStream]);
});
app.post("/api/webhooks/link", (c) => {
  ctx.runInBackground((async () => {
    await new Promise((done) => setTimeout(done, 50));
    const bucket = storage.from({ bucket_name: "uploads", description: "" });
    console.log("link " + (await bucket.createPresignedGetUrl("a.txt", 60)).downloadUrl);
  })());
  return c.text("ok");
});
app.get("/api/public/streams", async (c) => {
  const { stdout } = await import("node:process");
  await new Promise<void>((done) => process.stdout.write("by stdout\\n", () => done()));
  stdout.write(new TextEncoder().encode("a part, "));
  stdout.write("of the module");
  process.stderr.write("by stderr sk-very-secret\\r\\n");
  return c.json([process.stdout === stdout, typeof process.stdout.end, String(process.stdout.fd)]);
});
app.get("/api/public/not-a-promise", (c) => {
  try { ctx.runInBackground((async () => {}) as unknown as Promise<void>); return c.text("taken"); }
  catch (error) { return c.text(String(error)); }
});
export default app;
`;

/** Bundles the app as a deploy does and switches to it. */
async function deployApp(world: World): Promise<void> {
  const files = { "server/src/index.ts": APP };
  await inProject(files, async ({ system, project }) => {
    const bundle = await bundleApp(system, project);
    const bundlePath = join(world.folder, "deployments", "sdk", "bundle.js");
    await Deno.mkdir(join(bundlePath, ".."), { recursive: true });
    await Deno.writeFile(bundlePath, bundle.code);
    const switched = world.next("switched");
    world.send({
      type: "deploy",
      deployment: {
        id: "sdk",
        bundlePath,
        sourceMapPath: null,
        assetsDir: null,
        spaFallback: false,
      },
      settings: SETTINGS,
    });
    await switched;
  });
}

const inApp = (test: (world: World) => Promise<void>) =>
  inWorld(async (world) => {
    await deployApp(world);
    await test(world);
  });

/** `count` chunks of 64 KiB, and the digest of all of them. */
function manyBytes(count: number): { stream: ReadableStream<Uint8Array>; digest(): string } {
  const hash = createHash("sha256");
  let left = count;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left-- === 0) return controller.close();
      const chunk = new Uint8Array(65536).fill(left % 251);
      hash.update(chunk);
      controller.enqueue(chunk);
    },
  });
  return { stream, digest: () => hash.digest("hex") };
}

async function digestOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
}

Deno.test("the SDK says so outside of handlers, by static and by dynamic import", () =>
  inApp(async (world) => {
    const names = [
      "db",
      "storage",
      "vars",
      "environment",
      "background",
      "user",
      "dynamic",
      "timer",
    ];
    const seen = await (await world.get("/api/public/outside")).json();
    assert.deepEqual(seen, Object.fromEntries(names.map((name) => [name, "OUTSIDE_REQUEST"])));
  }));

Deno.test("the SDK belongs to its request in awaits, timers, streams, imports and background work", () =>
  inApp(async (world) => {
    const ids = await Promise.all(Array.from({ length: 24 }, async (_, turn) => {
      const response = await world.get(`/api/public/places/${turn}`);
      assert.equal(await response.text(), "xxx");
      return response.headers.get("x-edgespark-request-id");
    }));
    const places = ["await", "timer", "microtask", "import sample", "user false", "stream"];
    for (const [turn, id] of ids.entries()) {
      const last = `turn ${turn} background sample`;
      await world.logged(({ message }) => message === last);
      const said = world.records.filter(({ message }) => message?.startsWith(`turn ${turn} `));
      assert.deepEqual([...new Set(said.map(({ requestId }) => requestId))], [id]);
      const expected = [...places.map((place) => `turn ${turn} ${place} sample`), last];
      assert.deepEqual(new Set(said.map(({ message }) => message)), new Set(expected));
    }
  }));

Deno.test("background work survives its response and a switch, and its errors are logged", () =>
  inApp(async (world) => {
    const response = await world.get("/api/public/later?ms=300");
    const id = response.headers.get("x-edgespark-request-id");
    assert.equal(await response.text(), "ok");
    await world.logged(({ message }) => message === "later begins");
    const switched = world.next("switched");
    world.send({ type: "deploy", deployment: await world.deployment("v2"), settings: SETTINGS });
    await switched;
    const done = await world.logged(({ message }) => message === "later is done for sample");
    assert.equal(done.requestId, id);
    const failed = await world.logged(({ message }) => /at the very end/.test(message ?? ""));
    assert.equal(failed.level, "error");
    assert.match(failed.message!, /Background work failed/);
  }));

for (const how of ["values", "source"]) {
  Deno.test(`what a stream of ${how} asks for after the response belongs to its request`, () =>
    inApp(async (world) => {
      const response = await world.get(`/api/public/streamed/${how}?turn=${how}`);
      const id = response.headers.get("x-edgespark-request-id");
      assert.equal(await response.text(), "xxx");
      const said = await world.logged(({ message }) => message === `turn ${how} part 1 sample`);
      assert.equal(said.requestId, id);
      if (how === "source") return;
      const ended = await world.logged(({ message }) => message === `turn ${how} ended sample`);
      assert.equal(ended.requestId, id);
    }));
}

Deno.test("a stream that its client leaves is cancelled in its request, and classes are as before", () =>
  inApp(async (world) => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const response = await world.get("/api/public/streamed/endless?turn=9", { signal });
    const id = response.headers.get("x-edgespark-request-id");
    await response.body!.getReader().read();
    leaving.abort();
    const said = await world.logged(({ message }) => message === "turn 9 cancelled sample");
    assert.equal(said.requestId, id);
    const steps = await (await world.get("/api/public/steps")).text();
    assert.equal(steps, "sample".repeat(3));
    const classes = await (await world.get("/api/public/class")).json();
    assert.deepEqual(classes, [true, true, true, true]);
  }));

Deno.test("the address behind a proxy is known after the response too", () =>
  inApp(async (world) => {
    const headers = { "x-forwarded-proto": "https" };
    assert.equal(await (await world.post("/api/webhooks/link", {}, headers)).text(), "ok");
    const { message } = await world.logged(({ message }) => /^link /.test(message ?? ""));
    assert.match(
      message!,
      /^link https:\/\/127\.0\.0\.1:\d+\/api\/_es\/storage\/uploads\/a\.txt\?/,
    );
  }));

Deno.test("what is no promise is not taken for background work", () =>
  inApp(async (world) => {
    const text = await (await world.get("/api/public/not-a-promise")).text();
    assert.match(text, /TypeError: .*takes a promise: call the async function first/);
  }));

Deno.test("a client that goes away aborts the request and its stream", () =>
  inApp(async (world) => {
    const leaving = new AbortController();
    const response = await world.get("/api/public/endless", { signal: leaving.signal });
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    assert.match(new TextDecoder().decode(value), /^data: 0\n/);
    leaving.abort();
    await reader.read().catch(() => {});
    for (
      const message of ["the request was aborted", "the stream was aborted", "the stream ended"]
    ) {
      await world.logged((record) => record.message === message);
    }
  }));

Deno.test("large bodies stream through the app, and a broken upload is an error in it", () =>
  inApp(async (world) => {
    const { stream, digest } = manyBytes(1024);
    const echo = await world.get("/api/public/echo", { method: "POST", body: stream });
    const received = await digestOf(echo.body!);
    assert.equal(received, digest());

    const { hostname, port } = new URL(world.url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const head =
      `POST /api/public/count HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-length: 1000\r\n\r\n`;
    await connection.write(new TextEncoder().encode(`${head}half`));
    connection.close();
    await world.logged(({ message }) => message === "the upload broke off: true");
    const whole = await world.get("/api/public/count", { method: "POST", body: "12345" });
    assert.deepEqual(await whole.json(), { bytes: 5 });
  }));

Deno.test("an object of 64 MiB goes in and out whole by presigned URLs", () =>
  inWorld(async (world) => {
    const { uploadUrl, requiredHeaders: headers } =
      await (await world.get("/api/public/presign/put/large.bin")).json();
    const { stream, digest } = manyBytes(1024);
    const put = await fetch(uploadUrl, { method: "PUT", body: stream, headers });
    assert.equal(put.status, 200, await put.text());
    const { downloadUrl } = await (await world.get("/api/public/presign/get/large.bin")).json();
    const get = await fetch(downloadUrl);
    assert.equal(get.headers.get("content-length"), String(1024 * 65536));
    const received = await digestOf(get.body!);
    const sent = digest();
    assert.equal(received, sent);
    assert.equal(get.headers.get("etag"), `"${sent.slice(0, 32)}"`);
  }));

Deno.test("what is written to process.stdout and stderr is in the log, with its request", () =>
  inApp(async (world) => {
    const response = await world.get("/api/public/streams");
    assert.deepEqual(await response.json(), [true, "function", "undefined"]);
    const id = response.headers.get("x-edgespark-request-id");
    await world.logged(({ message }) => message?.startsWith("by stderr") === true);
    const said = world.records.filter(({ requestId, message }) => requestId === id && message);
    assert.deepEqual(said.map(({ level, message }) => [level, message]), [
      ["info", "by stdout"],
      ["info", "a part, "],
      ["info", "of the module"],
      ["warn", "by stderr [secret TOKEN]"],
    ]);
  }));
