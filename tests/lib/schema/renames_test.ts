import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../../lib/failure.ts";
import { KIT_GENERATE, world } from "./world.ts";

const BEFORE = `
export const users = sqliteTable("users", { id: integer("id").primaryKey(), email: text("email").notNull().unique(), age: integer("age") },
  (t) => [check("users_age", sql\`\${t.age} > 0\`), index("users_adult").on(t.age).where(sql\`\${t.age} > 17\`)]);
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title"), author: integer("author_id").references(() => users.id, { onDelete: "cascade" }) });`;

Deno.test("a column that may be renamed is a question with its answers", async () => {
  await using w = await world(BEFORE);
  await w.generate();
  const files = await w.migrationFiles();
  await w.declare(BEFORE.replace('title: text("title")', 'headline: text("headline")'));
  const error = await w.generate().then(() => null, (error) => error as Failure);
  assert.ok(error instanceof Failure);
  assert.deepEqual([error.kind, error.code], ["usage", "MISSING_HINTS"]);
  assert.deepEqual(error.details?.unresolved, [{
    type: "rename_or_create",
    kind: "column",
    entity: ["public", "posts", "headline"],
    answers: ["--rename posts.title:headline", "--create posts.headline"],
    hints: [
      {
        type: "rename",
        kind: "column",
        from: ["public", "posts", "title"],
        to: ["public", "posts", "headline"],
      },
      { type: "create", kind: "column", entity: ["public", "posts", "headline"] },
    ],
  }]);
  assert.match(
    error.hint!,
    /`edgespark db generate --rename posts\.title:headline`.*`edgespark db generate --create posts\.headline`/,
  );
  assert.deepEqual(await w.migrationFiles(), files);
});

Deno.test("a renamed column keeps its values, and the real drizzle-kit agrees", async () => {
  await using w = await world(BEFORE);
  const db = new DatabaseSync(":memory:");
  for (const sql of (await w.generate()).statements) db.exec(sql);
  db.exec("INSERT INTO users VALUES (1, 'e', 20); INSERT INTO posts VALUES (1, 'x', 1)");
  await w.declare(
    BEFORE.replace('title: text("title")', 'headline: text("headline")').replace(
      'age: integer("age")',
      'age: integer("years")',
    ),
  );
  const result = await w.generate({ rename: ["posts.title:headline", "users.age:years"] });
  assert.deepEqual(result.statements, [
    'ALTER TABLE `posts` RENAME COLUMN "title" TO "headline";',
    'ALTER TABLE `users` RENAME COLUMN "age" TO "years";',
  ]);
  assert.deepEqual(result.renames[0], {
    kind: "column",
    from: "posts.title",
    to: "posts.headline",
  });
  for (const sql of result.statements) db.exec(sql);
  assert.equal(db.prepare("SELECT headline FROM posts").get()?.headline, "x");
  assert.throws(() => db.exec("INSERT INTO users VALUES (2, 'f', 0)"), /CHECK/);
  const snapshot = JSON.parse(await w.text("server/drizzle/meta/0001_snapshot.json"));
  assert.deepEqual(snapshot._meta, {
    schemas: {},
    tables: {},
    columns: { '"posts"."title"': '"posts"."headline"', '"users"."age"': '"users"."years"' },
  });
  assert.match((await w.kit(...KIT_GENERATE)).out, /No schema changes/);
});

Deno.test("a renamed table takes its references along without a rebuild", async () => {
  await using w = await world(BEFORE);
  await w.generate();
  await w.declare(BEFORE.replace('"users"', '"people"'));
  await assert.rejects(w.generate(), { code: "MISSING_HINTS" });
  const { statements, renames } = await w.generate({ renameTable: ["users:people"] });
  assert.deepEqual(renames, [{ kind: "table", from: "users", to: "people" }]);
  assert.equal(statements[0], "ALTER TABLE `users` RENAME TO `people`;");
  assert.ok(statements.slice(1).every((sql) => !/posts/.test(sql)), statements.join("\n"));
  assert.match((await w.kit(...KIT_GENERATE)).out, /No schema changes/);
});

Deno.test("what is really new, or really gone, is said with --create or --drop", async () => {
  const after = BEFORE.replace('title: text("title")', 'headline: text("headline")');
  for (const answer of [{ create: ["posts.headline"] }, { drop: ["posts.title"] }]) {
    await using w = await world(BEFORE);
    await w.generate();
    await w.declare(after);
    const { statements } = await w.generate(answer);
    assert.deepEqual(statements, [
      "ALTER TABLE `posts` ADD `headline` text;",
      "ALTER TABLE `posts` DROP COLUMN `title`;",
    ]);
    assert.match((await w.kit(...KIT_GENERATE)).out, /No schema changes/);
  }
});

Deno.test("tables that come and go at once", async () => {
  const after = `export const things = sqliteTable("things", { id: integer("id").primaryKey() });`;
  await using w = await world(
    `export const a = sqliteTable("a", { id: integer("id").primaryKey() });`,
  );
  await w.generate();
  await w.declare(after);
  const { statements } = await w.generate({ create: ["things"] });
  assert.deepEqual(statements, [
    "CREATE TABLE `things` (\n\t`id` integer PRIMARY KEY NOT NULL\n);",
    "DROP TABLE `a`;",
  ]);
});

Deno.test("answers that fit nothing are refused with what would fit", async () => {
  await using w = await world(BEFORE);
  await w.generate();
  await w.declare(BEFORE.replace('title: text("title")', 'headline: text("headline")'));
  await assert.rejects(w.generate({ rename: ["posts.titel:headline"] }), {
    code: "ANSWER_UNKNOWN",
    kind: "usage",
    hint: "Did you mean `title`?",
  });
  await assert.rejects(w.generate({ rename: ["title:headline"] }), {
    code: "ANSWER_INVALID",
    kind: "usage",
  });
  await assert.rejects(w.generate({ renameTable: ["posts:articles"] }), { code: "ANSWER_UNKNOWN" });
});
