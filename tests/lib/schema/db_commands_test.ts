import assert from "node:assert/strict";
import { join } from "@std/path";
import { fixtureModules } from "../../support/fixtures.ts";
import { say } from "../../support/say.ts";

const SCHEMA = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title").notNull() });
`;

Deno.test("generate, check and migrate, said to the real program", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "edgespark-db-commands-" });
  const schema = join(cwd, "server", "src", "defs", "db_schema.ts");
  await Deno.mkdir(join(schema, ".."), { recursive: true });
  await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
  await Deno.symlink(join(fixtureModules(), "node_modules"), join(cwd, "server", "node_modules"));
  await Deno.writeTextFile(schema, SCHEMA);

  const generated = await say("db generate --name add_posts --json", { cwd });
  assert.equal(generated.code, 0, generated.err);
  const { changed, tag, path, written, statements, renames } = generated.json;
  assert.deepEqual([changed, tag, path, written, statements.length, renames], [
    true,
    "0000_add_posts",
    "server/drizzle/0000_add_posts.sql",
    true,
    1,
    [],
  ]);
  assert.match((await say("db generate", { cwd })).out, /^No changes/);

  const check = await say("db check", { cwd });
  assert.equal(check.code, 0, check.err);
  assert.match(
    check.out,
    /warning MIGRATION_PENDING: `0000_add_posts` is not applied\n {2}server\/drizzle\/0000_add_posts\.sql\n {2}Run `edgespark db migrate`/,
  );

  const migrated = await say("db migrate", { cwd });
  assert.equal(migrated.code, 0, migrated.err);
  assert.match(
    migrated.out,
    /^Applied 0000_add_posts \(1 statement, \d+ ms\)\nRehearsed on made-up rows in \d+ ms: every row kept\nRestore point: /,
  );
  assert.match(migrated.err, /Not in a git repository/);
  const again = await say("db migrate --json", { cwd });
  assert.deepEqual([again.json.applied, again.json.pending, again.json.restorePoint], [
    [],
    [],
    null,
  ]);

  await Deno.writeTextFile(
    schema,
    SCHEMA.replace('title: text("title")', 'headline: text("headline")'),
  );
  const behind = await say("db check --json", { cwd });
  assert.deepEqual([behind.code, behind.json.ok, behind.json.findings[0].code], [
    1,
    false,
    "SCHEMA_NOT_GENERATED",
  ]);
  const asked = await say("db generate --json", { cwd });
  assert.equal(asked.code, 2);
  assert.deepEqual(asked.json.error.details.unresolved[0].entity, ["public", "posts", "headline"]);
  assert.equal((await say("db generate --rename posts.title:headline", { cwd })).code, 0);
  const refused = await say("db migrate", { cwd });
  assert.equal(refused.code, 1);
  assert.match(refused.err, /DANGEROUS_MIGRATION[^]*--confirm-dangerous/);
  assert.equal((await say("db migrate --confirm-dangerous", { cwd })).code, 0);

  await Deno.writeTextFile(join(cwd, "server", "drizzle", "meta", "_journal.json"), "{");
  const broken = await say("db generate --json", { cwd });
  assert.deepEqual([broken.code, broken.json.error.details], [7, {
    file: "server/drizzle/meta/_journal.json",
    line: 1,
    column: 2,
  }]);
  await Deno.remove(cwd, { recursive: true });
});
