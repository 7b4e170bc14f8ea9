import assert from "node:assert/strict";
import { KIT_GENERATE, world } from "./world.ts";

const SURFACE = `
const es = sqliteTable("es_system__auth_user", { id: text("id").primaryKey() });
const cents = customType<{ data: number }>({ dataType: () => "integer" });
const stamps = { createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull().default(sql\`(unixepoch())\`) };
export const users = sqliteTable("users", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  email: text("email").notNull().unique(),
  role: text("role", { enum: ["admin", "user"] }).notNull().default("user"),
  active: integer("active", { mode: "boolean" }).notNull().default(true),
  account: text("account").references(() => es.id, { onDelete: "cascade" }),
  quote: text("quote").default("it's"),
  data: text("data", { mode: "json" }).default({ a: [1] }),
  ...stamps,
});
export const posts = sqliteTable("posts", {
  id: text("id").primaryKey(),
  author: integer("author_id").notNull().references(() => users.id, { onDelete: "cascade", onUpdate: "cascade" }),
  title: text("title").notNull(),
  slug: text("slug").generatedAlwaysAs(sql\`lower(title)\`, { mode: "virtual" }),
  price: cents("price").default(3),
  score: real("score"),
  raw: blob("raw"),
  amount: numeric("amount"),
}, (t) => [
  index("posts_author_idx").on(t.author),
  uniqueIndex("posts_title_idx").on(sql\`lower(\${t.title})\`),
  index("posts_open_idx").on(t.title).where(sql\`\${t.score} > 1\`),
  check("posts_score", sql\`\${t.score} >= 0\`),
]);
export const members = sqliteTable("members", {
  user: integer("user_id").notNull(),
  post: text("post_id").notNull(),
}, (t) => [
  primaryKey({ columns: [t.user, t.post] }),
  unique("members_once").on(t.post, t.user),
  foreignKey({ columns: [t.user], foreignColumns: [users.id], name: "member_user" }).onDelete("set null"),
]);
export const titles = sqliteView("titles").as((qb) => qb.select({ title: posts.title }).from(posts));
`;

Deno.test("generate writes what the real drizzle-kit writes, byte for byte", async () => {
  await using ours = await world(SURFACE);
  await using theirs = await world(SURFACE);
  const result = await ours.generate({ name: "first" });
  const { out } = await theirs.kit(...KIT_GENERATE, "--name", "first");
  assert.equal(result.tag, "0000_first", out);
  const a = await ours.migrationFiles(), b = await theirs.migrationFiles();
  const neutral = (text: string | undefined) =>
    text?.replace(/"when": \d+/, '"when": 0').replace(/"id": "[^"]+"/, '"id": ""');
  for (
    const path of [
      "server/drizzle/0000_first.sql",
      "server/drizzle/meta/0000_snapshot.json",
      "server/drizzle/meta/_journal.json",
    ]
  ) {
    assert.equal(neutral(a[path]), neutral(b[path]), path);
  }
  assert.match(a["server/drizzle/meta/_edgespark_schema_hash"]!, /^[0-9a-f]{64}$/);
});

Deno.test("the real drizzle-kit goes on from what generate wrote", async () => {
  await using w = await world(SURFACE);
  await w.generate();
  await w.declare(
    SURFACE + `export const more = sqliteTable("more", { id: integer("id").primaryKey() });`,
  );
  await w.generate();
  assert.match((await w.kit(...KIT_GENERATE)).out, /No schema changes/);
  const check = await w.kit("check", "--dialect", "sqlite", "--out", "server/drizzle");
  assert.equal(check.code, 0, check.out);
  assert.match(check.out, /Everything's fine/);
});

Deno.test("an unchanged schema writes nothing, also when only relations or comments changed", async () => {
  const schema = `export const a = sqliteTable("a", { id: integer("id").primaryKey() });
export const b = sqliteTable("b", { id: integer("id").primaryKey(), a: integer("a_id").references(() => a.id) });`;
  await using w = await world(schema);
  await w.generate({ name: "x" });
  const before = await w.migrationFiles();
  await w.declare(
    `${schema}\n// a comment\nexport const r = relations(b, ({ one }) => ({ a: one(a, { fields: [b.a], references: [a.id] }) }));`,
  );
  const result = await w.generate();
  assert.deepEqual([result.changed, result.tag, result.path, result.written], [
    false,
    null,
    null,
    false,
  ]);
  const after = await w.migrationFiles();
  const hash = "server/drizzle/meta/_edgespark_schema_hash";
  assert.notEqual(after[hash], before[hash]);
  assert.deepEqual({ ...after, [hash]: "" }, { ...before, [hash]: "" });
});

Deno.test("a dry run says the SQL and writes nothing at all", async () => {
  await using w = await world(
    `export const a = sqliteTable("a", { id: integer("id").primaryKey() });`,
  );
  const result = await w.generate({ dryRun: true, name: "add a" });
  assert.equal(result.tag, "0000_add_a");
  assert.equal(result.path, "server/drizzle/0000_add_a.sql");
  assert.deepEqual(result.statements, [
    "CREATE TABLE `a` (\n\t`id` integer PRIMARY KEY NOT NULL\n);",
  ]);
  assert.equal(result.written, false);
  assert.deepEqual(await w.migrationFiles(), {});
  assert.deepEqual((await w.system.files.list(w.project.root)).map(({ name }) => name), [
    "edgespark.toml",
    "server",
  ]);
});

Deno.test("a schema without tables is refused where there were some, and fine where there were none", async () => {
  await using w = await world("");
  assert.equal((await w.generate()).changed, false);
  await w.declare(`export const a = sqliteTable("a", { id: integer("id").primaryKey() });`);
  await w.generate();
  const before = await w.migrationFiles();
  await w.declare("");
  await assert.rejects(w.generate(), { code: "NO_TABLES", kind: "failed" });
  assert.deepEqual(await w.migrationFiles(), before);
});

Deno.test("system tables are referred to and never created, also when the schema exports them", async () => {
  await using w = await world(`
export const user = sqliteTable("es_system__auth_user", { id: text("id").primaryKey() });
export const notes = sqliteTable("notes", { id: integer("id").primaryKey(), owner: text("owner").references(() => user.id) });`);
  const { statements } = await w.generate();
  assert.equal(statements.length, 1);
  assert.match(statements[0]!, /REFERENCES `es_system__auth_user`/);
});

Deno.test("the same change gets the same name; a name is cleaned", async () => {
  const schema = `export const a = sqliteTable("a", { id: integer("id").primaryKey() });`;
  await using one = await world(schema);
  await using two = await world(schema);
  const tag = (await one.generate()).tag;
  assert.equal(tag, (await two.generate()).tag);
  assert.match(tag!, /^0000_[a-z]+_[a-z]+$/);
  await one.declare(schema.replace("primaryKey()", `primaryKey(), b: text("b")`));
  assert.equal((await one.generate({ name: "../Add b!" })).tag, "0001_Add_b");
  await two.declare(schema.replace("primaryKey()", `primaryKey(), b: text("b")`));
  await assert.rejects(two.generate({ name: "//" }), { code: "NAME_INVALID", kind: "usage" });
});

Deno.test("a run that was killed before the journal is completed by the next one", async () => {
  const first = `export const a = sqliteTable("a", { id: integer("id").primaryKey() });`;
  await using w = await world(first);
  await w.generate({ name: "one" });
  const journal = await w.text("server/drizzle/meta/_journal.json");
  await w.declare(first.replace("primaryKey()", `primaryKey(), b: text("b")`));
  await w.generate({ name: "two" });
  const done = JSON.parse(await w.text("server/drizzle/meta/_journal.json"));
  await w.write("server/drizzle/meta/_journal.json", journal);
  const again = await w.generate();
  assert.deepEqual([again.changed, again.tag, again.written], [true, "0001_two", true]);
  const mended = JSON.parse(await w.text("server/drizzle/meta/_journal.json"));
  assert.deepEqual(
    mended.entries.map((entry: { tag: string }) => entry.tag),
    done.entries.map((entry: { tag: string }) => entry.tag),
  );
  assert.equal((await w.generate()).changed, false);
});

Deno.test("a new required column without default is written, with a warning that it fails on rows", async () => {
  const schema = `export const a = sqliteTable("a", { id: integer("id").primaryKey() });`;
  await using w = await world(schema);
  await w.generate();
  await w.declare(schema.replace("primaryKey()", `primaryKey(), b: text("b").notNull()`));
  const { findings, written } = await w.generate();
  assert.equal(written, true);
  assert.deepEqual(findings.map(({ code, severity }) => [code, severity]), [[
    "FAILS_ON_ROWS",
    "warning",
  ]]);
  assert.match(findings[0]!.message, /ALTER TABLE `a` ADD `b`.*NOT NULL/);
});
