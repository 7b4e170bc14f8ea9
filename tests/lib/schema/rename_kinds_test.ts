/** Renames of everything that can refer to a name, against live SQLite and the real drizzle-kit. */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { checkDatabase } from "../../../lib/schema/check.ts";
import type { GenerateOptions } from "../../../lib/schema/generate.ts";
import { exec, migrateIn, rows, withPlatform } from "./database_world.ts";
import { contentOf, replayFiles, structureOf } from "./structure.ts";
import { KIT_GENERATE, type World, world } from "./world.ts";

const SCHEMA = `
export const users = sqliteTable("users", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  email: text("email").notNull().unique(),
  age: integer("age"),
  name: text("name").notNull().default("it's"),
  boss: integer("boss"),
  lower: text("lower_name").generatedAlwaysAs(sql\`lower(name)\`, { mode: "virtual" }),
}, (t) => [
  check("users_age", sql\`\${t.age} > 0 and \${t.age} < 200\`),
  index("users_adult").on(t.age).where(sql\`\${t.age} > 17\`),
  uniqueIndex("users_fold").on(sql\`lower(\${t.email})\`),
  foreignKey({ columns: [t.boss], foreignColumns: [t.id] }).onDelete("set null"),
]);
export const posts = sqliteTable("posts", {
  id: integer("id").primaryKey(),
  author: integer("author_id").notNull().references(() => users.id, { onDelete: "cascade", onUpdate: "cascade" }),
  title: text("title"),
}, (t) => [index("posts_author").on(t.author), unique("posts_once").on(t.author, t.title)]);
export const marks = sqliteTable("marks", {
  post: integer("post_id").notNull(),
  user: integer("user_id").notNull(),
  stars: integer("stars"),
}, (t) => [
  primaryKey({ columns: [t.post, t.user] }),
  foreignKey({ columns: [t.post], foreignColumns: [posts.id] }).onDelete("cascade"),
]);
export const notes = sqliteTable("notes", {
  id: integer("id").primaryKey(),
  post: integer("post_id"),
  user: integer("user_id"),
}, (t) => [foreignKey({ columns: [t.post, t.user], foreignColumns: [marks.post, marks.user], name: "note_mark" }).onDelete("restrict")]);
export const titles = sqliteView("titles").as((qb) => qb.select({ title: posts.title, author: posts.author }).from(posts));
`;

const ROWS =
  `INSERT INTO users (id, email, age, boss) VALUES (1, 'a@x', 30, NULL), (2, 'b@x', 40, 1);
INSERT INTO posts VALUES (1, 1, 't'), (2, 2, 'u'); INSERT INTO marks VALUES (1, 2, 5), (2, 1, 4); INSERT INTO notes VALUES (1, 1, 2);`;

/** The statements of each migration on disk. */
async function filesOf(w: World): Promise<string[][]> {
  const journal = JSON.parse(await w.text("server/drizzle/meta/_journal.json"));
  return await Promise.all(
    journal.entries.map(async ({ tag }: { tag: string }) =>
      (await w.text(`server/drizzle/${tag}.sql`)).split("--> statement-breakpoint")
    ),
  );
}

/** Generates the change, applies it to the rows, and compares with a database made of the schema alone. */
async function change(
  w: World,
  db: DatabaseSync,
  schema: string,
  options: GenerateOptions,
): Promise<string[]> {
  await w.declare(schema);
  const { statements, rehearsal, findings, tag } = await w.generate(options);
  assert.deepEqual(rehearsal.filter(({ lost, columnsLost }) => lost || columnsLost.length), []);
  assert.deepEqual(findings, []);
  replayFiles([statements], db);
  await using fresh = await world(schema);
  const wanted = replayFiles([(await fresh.generate()).statements]);
  assert.deepEqual(structureOf(db), structureOf(wanted), `${tag}\n${statements.join("\n")}`);
  assert.deepEqual(structureOf(replayFiles(await filesOf(w))), structureOf(wanted), "replayed");
  assert.deepEqual(db.prepare("PRAGMA foreign_key_check").all(), []);
  assert.match((await w.kit(...KIT_GENERATE)).out, /No schema changes/, statements.join("\n"));
  return statements;
}

const replaceAll = (schema: string, pairs: [from: string, to: string][]) =>
  pairs.reduce((text, [from, to]) => text.replaceAll(from, to), schema);

Deno.test("columns in keys, indexes, checks, references, generated columns and views are renamed", async () => {
  await using w = await world(SCHEMA);
  const db = replayFiles([(await w.generate()).statements]);
  db.exec(ROWS);
  const before = contentOf(db);
  const schema = replaceAll(SCHEMA, [
    ['"email"', '"mail"'],
    ['"age"', '"years"'],
    ['text("name")', 'text("nick")'],
    ["lower(name)", "lower(nick)"],
    ['"boss"', '"chief"'],
    ['"author_id"', '"writer_id"'],
    ['"title"', '"headline"'],
    ['marks", {\n  post: integer("post_id")', 'marks", {\n  post: integer("entry_id")'],
  ]);
  const statements = await change(w, db, schema, {
    rename: [
      ...["users.email:mail", "users.age:years", "users.name:nick", "users.boss:chief"],
      ...["posts.author_id:writer_id", "posts.title:headline", "marks.post_id:entry_id"],
    ],
  });
  assert.equal(statements.filter((sql) => /RENAME COLUMN/.test(sql)).length, 7);
  assert.ok(!statements.some((sql) => /__new_|DROP TABLE|DROP COLUMN/.test(sql)));
  const values = (content: Record<string, string[]>) =>
    Object.values(content).flat().map((row) =>
      JSON.parse(row).map(([, value]: [string, unknown]) => String(value)).sort().join()
    ).sort();
  assert.deepEqual(values(contentOf(db)), values(before));
});

Deno.test("tables are renamed with all that refers to them, then tables and columns at once", async () => {
  await using w = await world(SCHEMA);
  const db = replayFiles([(await w.generate()).statements]);
  db.exec(ROWS);
  const second = replaceAll(SCHEMA, [['Table("users"', 'Table("people"'], [
    'Table("marks"',
    'Table("ratings"',
  ]]);
  const statements = await change(w, db, second, {
    hints: [
      { type: "rename", kind: "table", from: ["public", "users"], to: ["public", "people"] },
      { type: "rename", kind: "table", from: ["public", "marks"], to: ["public", "ratings"] },
    ],
  });
  assert.deepEqual(statements.slice(0, 2), [
    "ALTER TABLE `users` RENAME TO `people`;",
    "ALTER TABLE `marks` RENAME TO `ratings`;",
  ]);
  const third = replaceAll(second, [
    ['Table("posts"', 'Table("entries"'],
    ['"title"', '"headline"'],
    ['"stars"', '"points"'],
    ["age: integer", 'height: integer("height"), age: integer'],
  ]) + `export const extra = sqliteTable("extra", { id: integer("id").primaryKey() });`;
  await change(w, db, third, {
    renameTable: ["posts:entries"],
    // By the old and by the new name of the table.
    rename: ["posts.title:headline", "ratings.stars:points"],
    create: ["extra"],
  });
  assert.equal(db.prepare("SELECT count(*) AS n FROM entries WHERE headline = 't'").get()?.n, 1);
  db.exec("DELETE FROM notes; DELETE FROM people WHERE id = 1");
  assert.equal(db.prepare("SELECT count(*) AS n FROM ratings").get()?.n, 1);
  assert.equal(db.prepare("SELECT boss FROM people").get()?.boss, null);
});

Deno.test("a change of case alone is a rename that nobody is asked about, and code goes on", async () => {
  const titled = replaceAll(SCHEMA, [
    ['Table("users"', 'Table("Users"'],
    ['Table("notes"', 'Table("NOTES"'],
    ['"email"', '"Email"'],
    ['"post_id"', '"Post_ID"'],
    ['View("titles"', 'View("Titles"'],
    ['"posts_author"', '"Posts_Author"'],
    ["lower(name)", "lower(Name)"],
    ['text("name")', 'text("Name")'],
  ]);
  await using w = await world(titled);
  const db = replayFiles([(await w.generate()).statements]);
  db.exec(ROWS);
  const before = contentOf(db);
  const statements = await change(w, db, SCHEMA, {});
  assert.ok(!statements.some((sql) => /DROP TABLE|DROP COLUMN|__new_/.test(sql)));
  assert.deepEqual(statements.filter((sql) => /users` RENAME TO|RENAME TO `users/i.test(sql)), [
    "ALTER TABLE `Users` RENAME TO `__renamed_users`;",
    "ALTER TABLE `__renamed_users` RENAME TO `users`;",
  ]);
  const lower = (content: unknown) => JSON.stringify(content).toLowerCase();
  const sorted = (content: Record<string, string[]>) =>
    Object.entries(content).map(lower).sort().join("\n");
  assert.equal(sorted(contentOf(db)).length, sorted(before).length);
  assert.equal(db.prepare("SELECT count(*) AS n FROM titles").get()?.n, 2);
  // Nothing is destroyed: SQL with the old names goes on.
  await using live = await world(titled);
  await live.generate({ name: "one" });
  await migrateIn(live);
  exec(live, ROWS);
  await live.declare(SCHEMA);
  await live.generate({ name: "two" });
  const { dangerous, applied } = await migrateIn(live);
  assert.deepEqual([dangerous, applied.length], [[], 1]);
  assert.deepEqual(rows(live, "SELECT count(EMAIL) AS n FROM USERS"), [{ n: 2 }]);
  const said = await withPlatform(
    live,
    (platform) => checkDatabase(live.system, live.project, platform, live.read),
  );
  assert.deepEqual(said.findings.filter(({ code }) => code.startsWith("DRIFT")), []);
  assert.ok(said.ok);
});

Deno.test("a change of case together with a rebuild, an answer for another name, and a drop that cannot be meant", async () => {
  const schema =
    `export const a = sqliteTable("Items", { id: integer("id").primaryKey(), Name: text("Name"), old: text("old") });
export const b = sqliteTable("parts", { id: integer("id").primaryKey(), item: integer("item").references(() => a.id, { onDelete: "cascade" }) });`;
  await using w = await world(schema);
  const db = replayFiles([(await w.generate()).statements]);
  db.exec("INSERT INTO Items VALUES (1, 'x', 'o'); INSERT INTO parts VALUES (1, 1)");
  const next = replaceAll(schema, [['"Items"', '"items"'], [
    'Name: text("Name")',
    'Name: text("name").notNull()',
  ], ['text("old")', 'text("young")']]);
  await w.declare(next);
  await assert.rejects(w.generate({ drop: ["Items"], create: ["items"] }), {
    code: "ANSWER_UNKNOWN",
  });
  await assert.rejects(w.generate(), { code: "MISSING_HINTS" });
  const { statements, renames } = await w.generate({ rename: ["items.old:young"] });
  replayFiles([statements], db);
  assert.deepEqual(renames.map(({ from, to }) => `${from} ${to}`), [
    "Items items",
    "items.old items.young",
    "items.Name items.name",
  ]);
  assert.deepEqual({ ...db.prepare("SELECT * FROM items").get() }, {
    id: 1,
    name: "x",
    young: "o",
  });
  assert.equal(db.prepare("SELECT count(*) AS n FROM parts WHERE item = 1").get()?.n, 1);
  assert.match((await w.kit(...KIT_GENERATE)).out, /No schema changes/, statements.join("\n"));
});
