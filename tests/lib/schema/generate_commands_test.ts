/** What `db generate` says, in words and in JSON, to people and to programs. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { Select } from "@cliffy/prompt";
import { fixtureModules, ROOT } from "../../support/fixtures.ts";
import { say } from "../../support/say.ts";

const HEAD = `import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
`;
const SCHEMA =
  `export const users = sqliteTable("users", { id: integer("id").primaryKey(), role: text("role") });
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title"), user: integer("user_id").references(() => users.id, { onDelete: "cascade" }) });
`;
const RENAMED = SCHEMA.replace('title: text("title")', 'headline: text("headline")');

async function inProject(
  work: (cwd: string, declare: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const cwd = await Deno.makeTempDir({ prefix: "edgespark-generate-" });
  const schema = join(cwd, "server", "src", "defs", "db_schema.ts");
  await Deno.mkdir(join(schema, ".."), { recursive: true });
  await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
  await Deno.symlink(join(fixtureModules(), "node_modules"), join(cwd, "server", "node_modules"));
  const declare = (text: string) => Deno.writeTextFile(schema, HEAD + text);
  await declare(SCHEMA);
  try {
    assert.equal((await say("db generate --name first", { cwd })).code, 0);
    await work(cwd, declare);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test("the rehearsal is one line, and stands in JSON", () =>
  inProject(async (cwd, declare) => {
    await declare(SCHEMA.replace('text("role")', 'text("role").default("guest")'));
    const dry = await say("db generate --dry-run --name role", { cwd });
    assert.match(
      dry.out,
      /^Would write server\/drizzle\/0001_role\.sql\n\nALTER TABLE [^]*\n\nRehearsed on 2 tables in [\d.]+ ms: every row kept\n$/,
    );
    const { json } = await say("db generate --dry-run --name role --json", { cwd });
    assert.deepEqual(
      json.rehearsal.map(({ table, before, after, lost }: Record<string, unknown>) => [
        ...[table, before, after, lost],
      ]),
      [["posts", 2, 2, 0], ["users", 2, 2, 0]],
    );
    assert.equal((await say("db generate --name role", { cwd })).code, 0);
    // Nothing is destroyed: no `--confirm-dangerous` is asked for.
    const migrated = await say("db migrate", { cwd });
    assert.equal(migrated.code, 0, migrated.err);
  }));

Deno.test("hints come through standard input of the real program", () =>
  inProject(async (cwd, declare) => {
    await declare(RENAMED);
    const asked = await say("db generate --json", { cwd });
    assert.equal(asked.code, 2);
    const [question] = asked.json.error.details.unresolved;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", join(ROOT, "main.ts"), "db", "generate", "--hints", "-"],
      cwd,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1", CI: "1", EDGESPARK_STATE_DIR: join(cwd, ".state") },
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify([question.hints[0]])));
    await writer.close();
    const { code, stdout, stderr } = await child.output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /RENAME COLUMN "title" TO "headline"/);
  }));

Deno.test("the command of a refusal is the one that answers it", () =>
  inProject(async (cwd, declare) => {
    await declare(RENAMED);
    const { json } = await say("db generate --name new_title --json", { cwd });
    const [command] = json.error.details.commands;
    assert.equal(
      command,
      "edgespark db generate --name new_title --rename posts.title:headline",
    );
    const again = await say(`${command.slice("edgespark ".length)} --json`, { cwd });
    assert.deepEqual([again.code, again.json.tag], [0, "0001_new_title"]);
  }));

Deno.test("a person at a terminal is asked", () =>
  inProject(async (cwd, declare) => {
    await declare(RENAMED);
    Select.inject(0);
    const said = await say("db generate", { cwd, interactive: true });
    assert.equal(said.code, 0, said.err);
    assert.match(said.out, /RENAME COLUMN "title" TO "headline"/);
  }));

Deno.test("SQL that no SQLite takes is written as drizzle-kit writes it, and said loudly", () =>
  inProject(async (cwd, declare) => {
    await declare(
      SCHEMA.replace(
        'text("role") }',
        'text("role") }, (t) => [index("users_mixed").on(t.id, sql`coalesce(${t.role}, \'\')`)]',
      ),
    );
    const { code, json } = await say("db generate --json", { cwd });
    assert.equal(code, 0);
    assert.deepEqual([json.written, json.findings[0].code, json.findings[0].severity], [
      true,
      "MIGRATION_FAILS",
      "error",
    ]);
    assert.match(
      json.findings[0].message,
      /^SQLite refuses `CREATE INDEX `users_mixed`.*: no such column: coalesce/,
    );
  }));

Deno.test("an empty migration is made without reading the schema", () =>
  inProject(async (cwd, declare) => {
    await declare("throw new Error('not read');");
    const said = await say("db generate --custom --name fill", { cwd });
    assert.deepEqual([said.code, said.out], [0, "Wrote server/drizzle/0001_fill.sql\n"]);
    assert.match(said.err, /Fill in the SQL, then run `edgespark db migrate`/);
  }));
