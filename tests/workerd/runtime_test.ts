/** The bundle that the local platform runs, and the runtime round it, inside real workerd. */
import assert from "node:assert/strict";
import { type Ask, onWorkerd } from "./app_on_workerd.ts";

const FILES = {
  "server/src/defs/db_schema.ts":
    `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const posts = sqliteTable("posts", {
  id: integer("id").primaryKey(),
  title: text("title").notNull(),
  owner: text("owner"),
});
`,
  "server/src/defs/storage_schema.ts":
    `export const uploads = { bucket_name: "uploads", description: "Files" };\n`,
  "server/src/defs/index.ts": `import * as buckets from "./storage_schema";
import * as tables from "./db_schema";
export * from "./db_schema";
export { buckets };
export const drizzleSchema = { ...tables };
`,
  "server/src/index.ts": `import { createHash } from "node:crypto";
import { ctx, db, secret, storage, vars } from "edgespark";
import { auth } from "edgespark/http";
import { eq, sql } from "drizzle-orm";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { buckets, posts } from "@defs";

const app = new Hono();
app.use("/api/*", async (c, next) => {
  await next();
  c.header("x-by", "hono");
});
app.get("/api/public/settings", (c) =>
  c.json({
    greeting: vars.get("GREETING" as never),
    none: vars.get("OTHER" as never),
    secret: createHash("sha256").update(secret.get("TOKEN" as never)!).digest("hex").length,
    environment: ctx.environment,
  }));
app.get("/api/public/who", (c) => c.json({ user: auth.user, in: auth.isAuthenticated() }));
app.get("/api/me", (c) => c.json({ email: auth.user!.email }));
app.post("/api/public/posts", async (c) => {
  const { title } = await c.req.json();
  const [post] = await db.insert(posts).values({ title }).returning();
  return c.json(post, 201);
});
app.get("/api/public/posts/:id", async (c) => {
  const [post] = await db.select().from(posts).where(eq(posts.id, Number(c.req.param("id"))));
  return post ? c.json(post) : c.notFound();
});
app.get("/api/public/relational", async (c) => c.json(await (db as any).query.posts.findMany()));
app.delete("/api/public/posts", async (c) => {
  try {
    await db.run(sql\`DROP TABLE posts\`);
    return c.text("done");
  } catch (error: any) {
    return c.text((error.cause ?? error).message, 400);
  }
});
app.post("/api/webhooks/later", (c) => {
  ctx.runInBackground((async () => {
    await new Promise((done) => setTimeout(done, 50));
    await db.insert(posts).values({ id: 77, title: "in the background" });
    console.log("done");
  })());
  ctx.runInBackground(Promise.reject(new Error("it went wrong")));
  return c.body(null, 202);
});
app.get("/api/public/stream", (c) =>
  streamSSE(c, async (stream) => {
    for (let event = 0; event < 3; event++) {
      const [row] = await db.select({ n: sql<number>\`\${event} + 1\` }).from(posts).limit(1);
      await stream.writeSSE({ data: String(row?.n) });
      await stream.sleep(20);
    }
  }));
app.post("/api/public/files", async (c) => {
  const bucket = storage.from(buckets.uploads);
  await bucket.put("a/b.txt", await c.req.arrayBuffer(), { contentType: "text/plain" });
  const { downloadUrl } = await bucket.createPresignedGetUrl("a/b.txt");
  const { files } = await bucket.list("a/");
  return c.json({ downloadUrl, paths: files.map(({ path }) => path) });
});
export default app;
`,
};

const TABLES = ["CREATE TABLE posts (id integer PRIMARY KEY, title text NOT NULL, owner text)"];

Deno.test({
  name: "the bundle of an app and the runtime round it run on workerd",
  // The simulator keeps handles of its own until the process ends.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: (t) =>
    onWorkerd(FILES, TABLES, async (ask) => {
      const step = (name: string, work: () => Promise<void>) =>
        t.step({ name, fn: work, sanitizeOps: false, sanitizeResources: false });
      await step("the platform's own paths, and the app's", async () => {
        assert.deepEqual(await (await ask("/api/_es/health")).json(), {
          ok: true,
          deploymentId: "d1",
        });
        assert.equal((await ask("/api/_es/other")).status, 404);
        const missing = await ask("/api/public/nothing");
        assert.deepEqual([missing.status, missing.headers.get("x-by")], [404, "hono"]);
        assert.match(missing.headers.get("x-edgespark-request-id")!, /^[0-9a-f]{16}$/);
      });
      await step("vars, secrets, Node's modules", async () => {
        assert.deepEqual(await (await ask("/api/public/settings")).json(), {
          greeting: "hello",
          none: null,
          secret: 64,
          environment: "production",
        });
      });
      await step("who is signed in", () => signIn(ask));
      await step("rows by drizzle over D1, behind the guard", async () => {
        const made = await ask("/api/public/posts", json({ title: "first" }));
        assert.equal(made.status, 201);
        const post = { id: 1, title: "first", owner: null };
        assert.deepEqual(await made.json(), post);
        assert.deepEqual(await (await ask("/api/public/posts/1")).json(), post);
        assert.equal((await ask("/api/public/posts/2")).status, 404);
        assert.deepEqual(await (await ask("/api/public/relational")).json(), [post]);
        const refused = await ask("/api/public/posts", { method: "DELETE" });
        assert.match(await refused.text(), /SQL refused: DROP TABLE changes the schema/);
      });
      await step("streams", async () => {
        const streamed = await ask("/api/public/stream");
        assert.equal(await streamed.text(), "data: 1\n\ndata: 2\n\ndata: 3\n\n");
      });
      await step("background work goes on after the answer; its failure is logged", async () => {
        assert.equal((await ask("/api/webhooks/later", { method: "POST" })).status, 202);
        await until(async () => (await ask("/api/public/posts/77")).status === 200);
        const records = await (await ask("/records")).json();
        const failed = records.find(({ message }: { message?: string }) =>
          message === "Background work failed: Error: it went wrong"
        );
        const answered = records.find(({ path }: { path?: string }) =>
          path === "/api/webhooks/later"
        );
        assert.equal(failed.requestId, answered.requestId);
      });
      await step("files over R2, by their signed address too", async () => {
        const { downloadUrl, paths } =
          await (await ask("/api/public/files", { method: "POST", body: "bytes" })).json();
        assert.deepEqual(paths, ["a/b.txt"]);
        const { pathname, search } = new URL(downloadUrl);
        const file = await ask(pathname + search);
        assert.deepEqual([await file.text(), file.headers.get("content-type")], [
          "bytes",
          "text/plain",
        ]);
        assert.equal((await ask(pathname + search.replace("Expires=", "Expires=1"))).status, 403);
      });
    }),
});

/** A user comes, is asked for, and is known by the cookie. */
async function signIn(ask: Ask): Promise<void> {
  assert.deepEqual(await (await ask("/api/public/who")).json(), { user: null, in: false });
  const nobody = await ask("/api/me");
  assert.equal(nobody.status, 401);
  await nobody.body?.cancel();
  const signedUp = await ask("/api/_es/auth/sign-up/email", {
    ...json({ name: "Anna", email: "anna@example.com", password: "correct horse" }),
  });
  assert.equal(signedUp.status, 200, await signedUp.clone().text());
  const cookie = signedUp.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const me = await ask("/api/me", { headers: { cookie } });
  assert.deepEqual([me.status, await me.json()], [200, { email: "anna@example.com" }]);
  const who = await (await ask("/api/public/who", { headers: { cookie } })).json();
  assert.equal(who.user.email, "anna@example.com");
}

function json(body: unknown): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", origin: "http://localhost" },
    body: JSON.stringify(body),
  };
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`It did not come true: ${what}`);
}
