import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { KIT_GENERATE, type World, world } from "./world.ts";

/** Runs statements as D1 does: one transaction, foreign keys on and deferred. */
function runAsD1(db: DatabaseSync, statements: string[]): void {
  db.exec("BEGIN; PRAGMA defer_foreign_keys = ON");
  for (const statement of statements) db.exec(statement);
  db.exec("COMMIT");
}

function open(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec("PRAGMA foreign_keys = ON");
  return db;
}

/** Generates the second schema after the first and runs it over rows; returns the database. */
async function rebuilt(
  w: World,
  first: string,
  rows: string,
  second: string,
  between: string[] = [],
): Promise<{ db: DatabaseSync; statements: string[] }> {
  await w.declare(first);
  const db = open();
  runAsD1(db, (await w.generate()).statements);
  if (between.length > 0) {
    const tag = "0001_by_hand";
    await w.write(`server/drizzle/${tag}.sql`, between.join(";\n--> statement-breakpoint\n"));
    const journal = JSON.parse(await w.text("server/drizzle/meta/_journal.json"));
    journal.entries.push({ idx: 1, version: "6", when: Date.now() + 5, tag, breakpoints: true });
    await w.write("server/drizzle/meta/_journal.json", JSON.stringify(journal, null, 2));
    runAsD1(db, between);
  }
  db.exec(rows);
  await w.declare(second);
  const { statements, written } = await w.generate();
  assert.equal(written, true);
  runAsD1(db, statements);
  assert.deepEqual(db.prepare("PRAGMA foreign_key_check").all(), []);
  assert.match((await w.kit(...KIT_GENERATE)).out, /No schema changes/);
  return { db, statements };
}

const all = (db: DatabaseSync, table: string) =>
  db.prepare(`SELECT * FROM "${table}" ORDER BY 1`).all().map((row) => Object.values(row));

const PARENT =
  `export const users = sqliteTable("users", { id: integer("id").primaryKey(), name: text("name") });`;
const CHILDREN = `
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), author: integer("author_id").references(() => users.id, { onDelete: "cascade" }), title: text("title") }, (t) => [index("posts_author").on(t.author)]);
export const likes = sqliteTable("likes", { id: integer("id").primaryKey(), post: integer("post_id").references(() => posts.id, { onDelete: "cascade" }) });
export const notes = sqliteTable("notes", { id: integer("id").primaryKey(), owner: integer("owner").references(() => users.id, { onDelete: "set null" }) });
export const locks = sqliteTable("locks", { id: integer("id").primaryKey(), owner: integer("owner").references(() => users.id, { onDelete: "restrict" }) });`;
const ROWS =
  `INSERT INTO users VALUES (1, 'a'), (2, 'b'); INSERT INTO posts VALUES (1, 1, 'x'), (2, 2, 'y');
INSERT INTO likes VALUES (1, 1), (2, 2); INSERT INTO notes VALUES (1, 1); INSERT INTO locks VALUES (1, 2);`;

Deno.test("drizzle-kit's own rebuild loses the children, which is why it is not used", async () => {
  await using w = await world(PARENT + CHILDREN);
  const db = open();
  runAsD1(db, (await w.generate()).statements);
  db.exec(ROWS.replace(/INSERT INTO locks.*$/m, ""));
  await w.declare((PARENT + CHILDREN).replace('text("name")', 'text("name").notNull()'));
  await w.kit(...KIT_GENERATE, "--name", "theirs");
  runAsD1(db, (await w.text("server/drizzle/0001_theirs.sql")).split("--> statement-breakpoint"));
  assert.deepEqual([all(db, "users").length, all(db, "posts").length, all(db, "likes").length], [
    2,
    0,
    0,
  ]);
});

Deno.test("a rebuilt parent keeps every row of children and grandchildren", async () => {
  await using w = await world();
  const schema = PARENT + CHILDREN;
  const { db, statements } = await rebuilt(
    w,
    schema,
    ROWS,
    schema.replace('text("name")', 'text("name").notNull().default("?")'),
  );
  assert.deepEqual(all(db, "users"), [[1, "a"], [2, "b"]]);
  assert.deepEqual(all(db, "posts"), [[1, 1, "x"], [2, 2, "y"]]);
  assert.deepEqual(all(db, "likes"), [[1, 1], [2, 2]]);
  assert.deepEqual(all(db, "notes"), [[1, 1]]);
  assert.deepEqual(all(db, "locks"), [[1, 2]]);
  assert.throws(() => db.exec("INSERT INTO users VALUES (3, NULL)"), /NOT NULL/);
  db.exec("DELETE FROM locks; DELETE FROM users WHERE id = 1");
  assert.deepEqual([all(db, "posts").length, all(db, "likes").length, all(db, "notes")], [1, 1, [[
    1,
    null,
  ]]]);
  assert.ok(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'posts_author'").get());
  assert.ok(!statements.some((statement) => /foreign_keys=OFF/i.test(statement)));
});

Deno.test("a table that refers to itself is rebuilt whole", async () => {
  const schema = (extra: string) =>
    `export const nodes = sqliteTable("nodes", { id: integer("id").primaryKey(), up: integer("up"), name: text("name")${extra} },
  (t) => [foreignKey({ columns: [t.up], foreignColumns: [t.id] }).onDelete("cascade")]);`;
  await using w = await world();
  const rows = "INSERT INTO nodes VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 2, 'c')";
  const { db } = await rebuilt(w, schema(""), rows, schema(".notNull()"));
  assert.deepEqual(all(db, "nodes"), [[1, null, "a"], [2, 1, "b"], [3, 2, "c"]]);
  db.exec("DELETE FROM nodes WHERE id = 1");
  assert.deepEqual(all(db, "nodes"), []);
});

Deno.test("a self reference that restricts is rebuilt too", async () => {
  const schema = (extra: string) =>
    `export const nodes = sqliteTable("nodes", { id: integer("id").primaryKey(), up: integer("up"), name: text("name")${extra} },
  (t) => [foreignKey({ columns: [t.up], foreignColumns: [t.id] }).onDelete("restrict")]);`;
  await using w = await world();
  const rows = "INSERT INTO nodes VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 2, 'c')";
  const { db } = await rebuilt(w, schema(""), rows, schema(".notNull()"));
  assert.deepEqual(all(db, "nodes"), [[1, null, "a"], [2, 1, "b"], [3, 2, "c"]]);
});

Deno.test("a cycle of tables keeps its rows", async () => {
  const schema = (extra: string) => `
export const a = sqliteTable("a", { id: integer("id").primaryKey(), b: integer("b_id"), n: text("n")${extra} }, (t) => [foreignKey({ columns: [t.b], foreignColumns: [b.id] }).onDelete("cascade")]);
export const b = sqliteTable("b", { id: integer("id").primaryKey(), a: integer("a_id") }, (t) => [foreignKey({ columns: [t.a], foreignColumns: [a.id] }).onDelete("cascade")]);`;
  await using w = await world();
  const rows =
    "BEGIN; PRAGMA defer_foreign_keys = ON; INSERT INTO a VALUES (1, 1, 'x'), (2, NULL, 'y'); INSERT INTO b VALUES (1, 1); COMMIT";
  const { db } = await rebuilt(w, schema(""), rows, schema(".notNull()"));
  assert.deepEqual(all(db, "a"), [[1, 1, "x"], [2, null, "y"]]);
  assert.deepEqual(all(db, "b"), [[1, 1]]);
});

Deno.test("triggers, views, hand-made indexes and checks come back", async () => {
  const schema = (extra: string) =>
    PARENT.replace('text("name")', `text("name")${extra}`) + CHILDREN;
  await using w = await world();
  const { db } = await rebuilt(w, schema(""), `${ROWS} DELETE FROM audit;`, schema(".notNull()"), [
    "CREATE TABLE audit (what text)",
    "CREATE TRIGGER t1 AFTER INSERT ON users BEGIN INSERT INTO audit VALUES ('u' || new.id); SELECT 1; END",
    "CREATE TRIGGER t2 AFTER DELETE ON posts BEGIN INSERT INTO audit VALUES ('p' || old.id); END",
    "CREATE VIEW v AS SELECT users.name, posts.title FROM users JOIN posts ON posts.author_id = users.id",
    "CREATE VIEW w AS SELECT * FROM v",
    "CREATE INDEX by_hand ON users (name DESC)",
  ]);
  assert.deepEqual(all(db, "audit"), [], "no trigger ran during the rebuild");
  db.exec("INSERT INTO users VALUES (3, 'c')");
  assert.deepEqual(all(db, "audit"), [["u3"]]);
  assert.deepEqual(all(db, "w"), [["a", "x"], ["b", "y"]]);
  assert.ok(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'by_hand'").get());
});

Deno.test("a new column and a new reference in the same change are not filled with their own names", async () => {
  await using w = await world();
  const before =
    `${PARENT}\nexport const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title") });`;
  const after =
    `${PARENT}\nexport const tags = sqliteTable("tags", { id: integer("id").primaryKey() });
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title").notNull(), tag: integer("tag_id").references(() => tags.id, { onDelete: "cascade" }), low: text("low").generatedAlwaysAs(sql\`lower(title)\`) });`;
  const { db } = await rebuilt(w, before, "INSERT INTO posts VALUES (1, 'A')", after);
  assert.deepEqual(all(db, "posts"), [[1, "A", null, "a"]]);
});

Deno.test("a dropped parent does not take along the rows that let go of it", async () => {
  await using w = await world();
  const before =
    `${PARENT}\nexport const posts = sqliteTable("posts", { id: integer("id").primaryKey(), author: integer("author_id").references(() => users.id, { onDelete: "cascade" }) });`;
  const after =
    `export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), author: integer("author_id") });`;
  const { db } = await rebuilt(
    w,
    before,
    "INSERT INTO users VALUES (7, 'a'); INSERT INTO posts VALUES (1, 7)",
    after,
  );
  assert.deepEqual(all(db, "posts"), [[1, 7]]);
  assert.equal(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'users'").get(), undefined);
});

Deno.test("tables that refer to each other are dropped children first", async () => {
  await using w = await world();
  const keep = `export const keep = sqliteTable("keep", { id: integer("id").primaryKey() });`;
  const { db } = await rebuilt(w, keep + PARENT + CHILDREN, ROWS, keep);
  assert.deepEqual(
    db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all().map(({ name }) => name),
    ["keep"],
  );
});

Deno.test("a change that would take rows along is refused and nothing is written", async () => {
  await using w = await world(
    `${PARENT}\nexport const posts = sqliteTable("posts", { id: integer("id").primaryKey(), author: integer("author_id").references(() => users.id, { onDelete: "cascade" }) });`,
  );
  await w.generate();
  const before = await w.migrationFiles();
  await w.declare(
    `${
      PARENT.replace("export ", "")
    }\nexport const posts = sqliteTable("posts", { id: integer("id").primaryKey(), author: integer("author_id").references(() => users.id, { onDelete: "cascade" }) });`,
  );
  await assert.rejects(w.generate(), { code: "ROWS_LOST" });
  assert.deepEqual(await w.migrationFiles(), before);
});
