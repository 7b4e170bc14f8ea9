import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { BARREL, DevWorld, schema } from "./world.ts";

const SCHEMA = "server/src/defs/db_schema.ts";

const POSTS = 'id: integer("id").primaryKey(), title: text("title").notNull()';
const posts = (columns: string) => `export const posts = sqliteTable("posts", { ${columns} });`;
const NOTES = 'export const notes = sqliteTable("notes", { id: integer("id").primaryKey() });';

/** An app that writes and reads posts and counts what `?table=` names. */
const APP = `import { Hono } from "hono";
import { db } from "edgespark";
import { posts } from "./defs";
const app = new Hono();
app.post("/api/public/posts", async (c) => c.json(await db.insert(posts).values(await c.req.json()).returning()));
app.get("/api/public/posts", async (c) => c.json(await db.select().from(posts)));
export default app;
`;

function project(tables: string): Promise<DevWorld> {
  return DevWorld.make({
    "server/src/index.ts": APP,
    "server/src/defs/index.ts": BARREL,
    [SCHEMA]: schema(tables),
  });
}

async function add(url: string, post: unknown): Promise<void> {
  const answer = await fetch(`${url}/api/public/posts`, {
    method: "POST",
    body: JSON.stringify(post),
  });
  assert.equal(answer.status, 200, await answer.text());
}

Deno.test("the schema is pushed at the start and after a save; new columns keep the rows", async () => {
  await using world = await project(posts(POSTS));
  const dev = await world.ready();
  const first = dev.events.find((event) => event.event === "push");
  assert.ok(first?.event === "push");
  assert.match(first.statements.join(), /CREATE TABLE `posts`/);
  await add(dev.url, { title: "one" });

  await world.write({ [SCHEMA]: schema(posts(`${POSTS}, body: text("body").default("-")`)) });
  const push = await dev.next("push");
  assert.deepEqual(push.lost, []);
  assert.equal(push.copy, null);
  await dev.next("reload");
  assert.deepEqual(JSON.parse(await dev.text("/api/public/posts")), [
    { id: 1, title: "one", body: "-" },
  ]);

  await dev.end();
  const again = await world.ready();
  assert.equal(again.events.some((event) => event.event === "push"), false);
  assert.equal(JSON.parse(await again.text("/api/public/posts")).length, 1);
});

Deno.test("a push that drops rows and values says how many, and the database from before is in a copy", async () => {
  await using world = await project(`${posts(`${POSTS}, body: text("body")`)}\n${NOTES}`);
  const dev = await world.ready();
  await add(dev.url, { title: "one", body: "a" });
  await add(dev.url, { title: "two" });
  const data = new DatabaseSync(world.path(".edgespark/dev/data.sqlite"));
  data.exec("INSERT INTO notes VALUES (1), (2), (3)");
  data.close();

  await world.write({ [SCHEMA]: schema(posts(POSTS)) });
  const push = await dev.next("push");
  assert.deepEqual(push.lost.toSorted((a, b) => a.table < b.table ? -1 : 1), [
    { table: "notes", column: null, count: 3 },
    { table: "posts", column: "body", count: 1 },
  ]);
  const copy = new DatabaseSync(world.path(push.copy!), { readOnly: true });
  assert.equal(copy.prepare("SELECT count(*) AS n FROM notes").get()?.n, 3);
  assert.equal(copy.prepare("SELECT body FROM posts WHERE id = 1").get()?.body, "a");
  copy.close();
  assert.equal(JSON.parse(await dev.text("/api/public/posts")).length, 2);
});

Deno.test("a new name is taken as new and said, unless the newest migration holds the rename", async () => {
  await using world = await project(posts(POSTS));
  const dev = await world.ready();
  await add(dev.url, { title: "one" });
  const renamed = schema(
    posts('id: integer("id").primaryKey(), headline: text("headline").default("")'),
  );
  await world.write({ [SCHEMA]: renamed });
  const taken = await dev.next("push");
  assert.deepEqual(taken.takenAsNew, ["posts.headline"]);
  assert.deepEqual(taken.lost, [{ table: "posts", column: "title", count: 1 }]);
  assert.ok(taken.copy);
  await dev.end();
});

Deno.test("a rename that `db generate` was answered with is followed, and the values stay", async () => {
  await using world = await project(posts(POSTS));
  await world.write({
    "server/drizzle/meta/_journal.json": JSON.stringify({
      version: "7",
      dialect: "sqlite",
      entries: [{ idx: 0, version: "6", when: 1, tag: "0000_first", breakpoints: true }],
    }),
    "server/drizzle/0000_first.sql": 'ALTER TABLE `posts` RENAME COLUMN "title" TO "headline";\n',
    "server/drizzle/meta/0000_snapshot.json": JSON.stringify({
      ...{ version: "6", dialect: "sqlite", id: "a", tables: {}, views: {}, enums: {} },
      prevId: "00000000-0000-0000-0000-000000000000",
      _meta: { schemas: {}, tables: {}, columns: { '"posts"."title"': '"posts"."headline"' } },
    }),
  });
  const dev = await world.ready();
  await add(dev.url, { title: "one" });
  await world.write({
    [SCHEMA]: schema(posts('id: integer("id").primaryKey(), headline: text("headline").notNull()')),
  });
  const push = await dev.next("push");
  assert.deepEqual(push.renames, [{
    ...{ kind: "column", from: "posts.title", to: "posts.headline" },
  }]);
  assert.deepEqual([push.takenAsNew, push.lost], [[], []]);
  await dev.next("reload");
  assert.deepEqual(JSON.parse(await dev.text("/api/public/posts")), [{ id: 1, headline: "one" }]);
});

Deno.test("what the database refuses changes nothing, and the old code goes on", async () => {
  await using world = await project(posts(POSTS));
  const dev = await world.ready();
  await add(dev.url, { title: "one" });
  await world.write({ [SCHEMA]: schema(posts(`${POSTS}, body: text("body").notNull()`)) });
  const { problems } = await dev.next("problem");
  assert.deepEqual(problems.map(({ code }) => code), ["PUSH_REFUSED"]);
  assert.match(problems[0]!.message, /ALTER TABLE `posts` ADD `body`/);
  assert.deepEqual(JSON.parse(await dev.text("/api/public/posts")), [{ id: 1, title: "one" }]);

  await world.write({
    [SCHEMA]: schema(posts(`${POSTS}, body: text("body").notNull().default("")`)),
  });
  await dev.next("push");
  await dev.next("reload");
  assert.deepEqual(JSON.parse(await dev.text("/api/public/posts")), [
    { id: 1, title: "one", body: "" },
  ]);
});
