/** Changes that drizzle-kit leaves out or makes wrong arrive in the database all the same. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { Failure } from "../../../lib/failure.ts";
import { checkDatabase } from "../../../lib/schema/check.ts";
import { openShadow } from "../../../lib/schema/shadow.ts";
import { fixtureModules, ROOT } from "../../support/fixtures.ts";
import { replayFiles } from "./structure.ts";
import { KIT_GENERATE, world } from "./world.ts";

const POSTS = (columns = "") =>
  `export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title")${columns} });
export const notes = sqliteTable("notes", { id: integer("id").primaryKey(), post: integer("post_id").references(() => posts.id, { onDelete: "cascade" }) });
`;
const stored = (expression: string, mode = "stored") =>
  `, up: text("up").generatedAlwaysAs(sql\`${expression}\`, { mode: "${mode}" })`;
const ROWS = [
  "INSERT INTO posts (id, title) VALUES (1, 'a'), (2, 'b')",
  "INSERT INTO notes VALUES (1, 1), (2, 2)",
];

Deno.test("generated columns are added and changed with every row kept, and drizzle-kit agrees", async () => {
  await using w = await world(POSTS());
  const files = [(await w.generate()).statements, ROWS];
  const steps: [string, unknown][] = [
    [stored("upper(title)"), ["A", "B"]],
    [stored("title || '!'"), ["a!", "b!"]],
    [stored("title || '!'", "virtual"), ["a!", "b!"]],
    [stored("title || '?'", "virtual"), ["a?", "b?"]],
    [stored("title || '?'"), ["a?", "b?"]],
    // No longer generated: the values stay as they are.
    [', up: text("up")', ["a?", "b?"]],
  ];
  for (const [columns, values] of steps) {
    await w.declare(POSTS(columns));
    const found = await checkDatabase(w.system, w.project, null, w.read);
    const codes = found.findings.filter(({ severity }) => severity === "error");
    assert.deepEqual(codes.map(({ code }) => code), ["SCHEMA_NOT_GENERATED"], columns);
    const made = await w.generate();
    assert.deepEqual([made.changed, made.findings], [true, []], columns);
    files.push(made.statements);
    const db = replayFiles(files);
    assert.deepEqual(db.prepare("SELECT up FROM posts").all().map(({ up }) => up), values);
    assert.equal(db.prepare("SELECT count(*) AS n FROM notes").get()!.n, 2);
    assert.equal((await w.generate()).changed, false);
    assert.equal((await checkDatabase(w.system, w.project, null, w.read)).ok, true);
  }
  const { out } = await w.kit(...KIT_GENERATE);
  assert.match(out, /No schema changes, nothing to migrate/);
});

Deno.test("an added reference has the actions that it declares", async () => {
  await using w = await world(POSTS());
  await w.generate();
  await w.declare(
    POSTS(
      ', up: integer("up").references(() => others.id, { onDelete: "set null", onUpdate: "cascade" })',
    ) + 'export const others = sqliteTable("others", { id: integer("id").primaryKey() });',
  );
  const { statements } = await w.generate();
  assert.equal(
    statements.at(-1),
    "ALTER TABLE `posts` ADD `up` integer REFERENCES others(id) ON UPDATE cascade ON DELETE set null;",
  );
});

Deno.test("what was made by hand and is not changed stays, and is nobody's fault", async () => {
  await using w = await world(POSTS());
  const { path } = await w.generate();
  const text = await w.text(path!);
  await w.write(path!, text.replace("`title` text", "`title` text CHECK (title <> '')"));
  await w.declare(POSTS(', more: text("more")'));
  const { statements } = await w.generate();
  assert.deepEqual(statements, ["ALTER TABLE `posts` ADD `more` text;"]);
});

Deno.test("a declaration that SQLite refuses is named, and nothing is written", async () => {
  await using w = await world(POSTS());
  await w.generate();
  const before = await w.migrationFiles();
  await w.declare(POSTS(stored("no_such_column + 1")));
  await assert.rejects(
    w.generate(),
    (error) => {
      assert.ok(error instanceof Failure);
      assert.deepEqual([error.kind, error.code], ["failed", "SCHEMA_NOT_REACHED"]);
      assert.match(error.message, /declares for `posts`: no such column: "?no_such_column/);
      return true;
    },
  );
  assert.deepEqual(await w.migrationFiles(), before);
  const { findings } = await checkDatabase(w.system, w.project, null, w.read);
  const found = findings.find(({ code }) => code === "SCHEMA_NOT_GENERATED");
  assert.match(found?.message ?? "", /`db generate` refuses it/);
});

Deno.test("the program's stdout is its answer alone where drizzle-kit has something to say", async () => {
  await using w = await world(POSTS());
  const { root } = w.project;
  await Deno.symlink(join(fixtureModules(), "node_modules"), join(root, "server", "node_modules"));
  await w.generate();
  await w.declare(POSTS(stored("upper(title)")));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(ROOT, "main.ts"), "db", "generate", "--json"],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, err);
  assert.match(out!, /^\{.*\}\n$/);
  const { changed, statements } = JSON.parse(out!);
  assert.equal(changed, true);
  assert.doesNotThrow(() => replayFiles([statements], afterFirst()), err);
  assert.doesNotMatch(err!, /Warning/);
});

function afterFirst() {
  const db = openShadow();
  db.exec("CREATE TABLE posts (id integer PRIMARY KEY NOT NULL, title text)");
  db.exec("CREATE TABLE notes (id integer PRIMARY KEY NOT NULL, post_id integer)");
  return db;
}
