import { eq, sql } from "drizzle-orm";
import { Hono } from "hono";
import { upgradeWebSocket } from "hono/cloudflare-workers";
import { streamSSE } from "hono/streaming";
import { authors, buckets, drizzleSchema, posts, systemUser } from "./defs.ts";
import { auth, ctx, db, secret, storage, vars } from "./runtime_shim.ts";

declare const VERSION: string;

/** What Workers have and the types of this checkout have not. */
interface Workers {
  WebSocketPair: new () => Record<0 | 1, WebSocket & { accept(): void }>;
}

let outside = "";
try {
  db.select();
} catch (error) {
  outside = (error as { code: string }).code;
}

const app = new Hono();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

app.get("/api/public/version", (c) => c.text(VERSION));
app.get("/api/public/outside", (c) => c.text(outside));
app.get("/api/public/who", (c) => c.json({ user: auth.user, in: auth.isAuthenticated() }));
app.get("/api/who", (c) => c.json({ user: auth.user, date: auth.user.createdAt instanceof Date }));
app.post("/api/webhooks/who", (c) => c.json({ user: auth.user }));
app.get("/api/public/settings", (c) =>
  c.json({
    variable: vars.get("PUBLIC_NAME"),
    secret: secret.get("TOKEN"),
    none: vars.get("constructor"),
    environment: ctx.environment,
  }));
app.post("/api/posts", async (c) => {
  const { title, author } = await c.req.json();
  const [owner] = await db.insert(authors).values({ name: author }).returning();
  const [post] = await db.insert(posts)
    .values({ title, authorId: owner.id, picture: new Uint8Array([1, 2, 255]) }).returning();
  return c.json(post, 201);
});
app.get("/api/public/posts", async (c) =>
  c.json({
    relational: await db.query.posts.findMany({
      with: { author: true },
      columns: { picture: false },
    }),
    joined: await db.select({ title: posts.title, name: authors.name, picture: posts.picture })
      .from(posts)
      .leftJoin(authors, eq(posts.authorId, authors.id)),
  }));
app.post("/api/public/batch", async (c) => {
  const { names } = await c.req.json();
  try {
    const done = await db.batch(
      names.map((name: string) => db.insert(authors).values({ name }).returning()),
    );
    return c.json({ ids: done.flat().map((row: { id: number }) => row.id) });
  } catch (error) {
    return c.json({ error: String(error), count: await db.$count(authors) }, 409);
  }
});
app.post("/api/public/sql", async (c) => {
  try {
    return c.json({ rows: await db.all(sql.raw(await c.req.text())) });
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    return c.json({ error: (cause as Error).message }, 400);
  }
});
const ways: Record<string, (text: string) => Promise<unknown>> = {
  batch: (text) => db.$client.batch([db.$client.prepare(text)]),
  prepare: (text) => db.$client.prepare(text).run(),
  exec: (text) => db.$client.exec(text.replaceAll("\n", " ")),
  session: (text) => db.$client.withSession().prepare(text).all(),
};
for (const [name, run] of Object.entries(ways)) {
  app.post(`/api/public/sql-${name}`, async (c) => {
    try {
      return c.json(await run(await c.req.text()));
    } catch (error) {
      return c.json({ error: String(error) }, 400);
    }
  });
}
app.get("/api/public/orm-attack", async (c) => {
  const attempts: (() => Promise<unknown>)[] = [
    () => db.update(systemUser).set({ email: "evil@example.com" }),
    () => db.insert(systemUser).values({ id: "x", email: "x@example.com" }),
    () => db.delete(systemUser).where(eq(systemUser.email, "anna@example.com")),
    () =>
      db.batch([
        db.insert(authors).values({ name: "innocent" }),
        db.update(systemUser).set({ email: "evil@example.com" }),
      ]),
  ];
  const results: string[] = [];
  for (const attempt of attempts) {
    results.push(await attempt().then(() => "done", () => "refused"));
  }
  return c.json({ results, authors: await db.$count(authors) });
});
app.get("/api/public/log", async (c) => {
  console.log("hello %s", "world", { a: 1 });
  await sleep(5);
  console.error(new Error("a bad thing"));
  console.warn(`the token is ${secret.get("TOKEN")}`);
  return c.text("ok");
});
app.get("/api/public/throw", () => {
  throw new Error("secret inside");
});
app.get("/api/public/error-response", () => Response.error());
app.get("/api/public/cannot-print", (c) => {
  const error = new Error("x");
  Object.defineProperty(error, "stack", {
    get() {
      throw new Error("no stack");
    },
  });
  console.error("this", error);
  return c.text("went on");
});
app.get("/api/public/read-already", async () => {
  const response = new Response("read by its author");
  await response.text();
  return response;
});
app.get("/api/public/throw/:what", (c) => {
  const nothing = Object.create(null);
  const things: Record<string, unknown> = {
    object: { code: "NO_ROW", where: { table: "posts" }, token: secret.get("TOKEN") },
    text: "only a text",
    bare: nothing,
    hostile: {
      get [Symbol.toStringTag]() {
        throw new Error("not to be looked at");
      },
    },
  };
  throw things[c.req.param("what")];
});
app.get("/api/public/background", (c) => {
  ctx.runInBackground((async () => {
    await sleep(100);
    await db.insert(authors).values({ name: "from background" });
    console.log("background done");
  })());
  c.executionCtx.waitUntil(Promise.reject(new Error("background failed")));
  return c.text("ok");
});
app.get("/api/public/slow", async (c) => {
  console.log("slow begins");
  await sleep(Number(c.req.query("ms")));
  return c.text(VERSION);
});
app.get("/api/public/events", (c) =>
  streamSSE(c, async (stream) => {
    for (let index = 0; index < 3; index++) {
      await stream.writeSSE({ data: `${VERSION} ${index}` });
      await sleep(50);
    }
  }));
/** Says what it heard, who is there and which code answers. */
function serveSocket(headers?: HeadersInit): Response {
  const { 0: client, 1: server } = new (globalThis as unknown as Workers).WebSocketPair();
  server.accept();
  server.send(`hello from ${VERSION}`);
  server.addEventListener("message", async ({ data }: MessageEvent) => {
    if (typeof data !== "string") {
      return server.send(new Uint8Array([...new Uint8Array(data)].reverse()));
    }
    const [word, rest] = data.split(" ");
    if (word === "close") return server.close(Number(rest), "as you wish");
    if (word === "stray") throw new Error("thrown in a socket");
    if (word === "badclose") {
      try {
        server.close(1005);
      } catch (error) {
        return server.send((error as Error).name);
      }
    }
    const count = await db.$count(authors);
    server.send(JSON.stringify({ data, version: VERSION, user: auth.user?.email ?? null, count }));
  });
  server.addEventListener("close", ({ code, reason, wasClean }: CloseEvent) => {
    console.log(`socket closed ${code} ${reason || "-"} ${wasClean}`);
  });
  return new Response(null, { status: 101, webSocket: client, headers } as ResponseInit);
}
app.get("/api/public/socket", (c) => {
  const protocol = c.req.header("sec-websocket-protocol");
  return serveSocket({ "x-app": "1", ...(protocol && { "sec-websocket-protocol": protocol }) });
});
app.get("/api/socket", () => serveSocket());
app.get("/api/webhooks/socket", () => serveSocket());
app.get(
  "/api/public/hono-socket",
  upgradeWebSocket((c) => ({
    onMessage: (event, ws) => ws.send(`${c.req.query("name")}: ${event.data}`),
    onClose: () => console.log("hono socket closed"),
  })),
  (c) => c.text("no upgrade"),
);
app.get("/api/public/local-pair", async (c) => {
  const { 0: one, 1: two } = new (globalThis as unknown as Workers).WebSocketPair();
  const heard: string[] = [];
  two.accept();
  two.addEventListener("message", ({ data }: MessageEvent) => two.send(`${data}!`));
  const closed = new Promise<void>((resolve) => {
    one.addEventListener("close", ({ code }: CloseEvent) => (heard.push(String(code)), resolve()));
  });
  one.addEventListener("message", ({ data }: MessageEvent) => {
    heard.push(data);
    one.close(4000, "enough");
  });
  one.accept();
  one.send("a");
  await closed;
  return c.json(heard);
});
app.post("/api/public/echo", async (c) => c.body(await c.req.arrayBuffer()));
app.get("/api/public/stray", (c) => {
  setTimeout(() => {
    throw new Error("stray error");
  }, 1);
  Promise.reject(new Error("stray rejection"));
  return c.text("ok");
});
app.get("/api/public/host", async (c) => {
  const tried: Record<string, string> = {};
  const attempt = async (name: string, work: () => unknown) => {
    try {
      tried[name] = `${await work()}`;
    } catch (error) {
      tried[name] = (error as Error).name;
    }
  };
  const control = import.meta.url.replace(/deployments.*/, "control.sqlite").replace("file://", "");
  await attempt("read", async () => (await import("node:fs")).readFileSync("/etc/hostname"));
  await attempt(
    "otherDatabase",
    async () => new (await import("node:sqlite")).DatabaseSync(control),
  );
  await attempt(
    "write",
    async () =>
      (await import("node:fs")).writeFileSync(import.meta.url.slice(7).split("?")[0]!, ""),
  );
  await attempt(
    "env",
    () => Object.keys((globalThis as unknown as { process: { env: object } }).process.env).join(),
  );
  await attempt(
    "denoEnv",
    () =>
      (globalThis as unknown as { Deno: { env: { get(name: string): string } } }).Deno.env.get(
        "HOME",
      ),
  );
  await attempt("run", async () => (await import("node:child_process")).execSync("id"));
  await attempt("import", () => import("http://127.0.0.1:1/x.js" as string));
  await attempt("net", () => fetch("http://10.0.0.1/"));
  await attempt("post", () => typeof postMessage);
  return c.json(tried);
});
app.put("/api/public/files/:name", async (c) => {
  const { name } = c.req.param();
  const bucket = storage.from(buckets.uploads);
  await bucket.put(name, await c.req.arrayBuffer(), { contentType: c.req.header("content-type") });
  return c.json(await bucket.head(name));
});
app.get("/api/public/presign/:method/:name", async (c) => {
  const { method, name } = c.req.param();
  const bucket = storage.from(buckets.uploads);
  const seconds = Number(c.req.query("seconds") ?? 60);
  return c.json(
    method === "put"
      ? await bucket.createPresignedPutUrl(name, seconds, { contentType: "text/plain" })
      : await bucket.createPresignedGetUrl(name, seconds),
  );
});
app.get("/api/public/missing-bucket", async (c) => {
  try {
    await storage.from(buckets.missing).list();
    return c.text("no error");
  } catch (error) {
    return c.text((error as Error).message);
  }
});

export default app;
export { buckets, drizzleSchema };
