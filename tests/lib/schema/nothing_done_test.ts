/** What looks like work done, and is none, never ends well without a word. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { say } from "../../support/say.ts";
import { checkDatabase } from "../../../lib/schema/check.ts";
import { generateCustom } from "../../../lib/schema/generate_custom.ts";
import { repairLedger } from "../../../lib/schema/repair.ts";
import { databaseStatus } from "../../../lib/schema/status.ts";
import { byHand, migrateIn, rows, withPlatform } from "./database_world.ts";
import { type World, world } from "./world.ts";

const A = `export const a = sqliteTable("a", { id: integer("id").primaryKey(), n: text("n") });`;
const TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND length(name) = 1";

async function codes(w: World): Promise<string[]> {
  const { findings } = await checkDatabase(w.system, w.project, null, w.read);
  return findings.map(({ severity, code }) => `${severity} ${code}`);
}

Deno.test("a migration that nobody has filled in is not applied; one that says why it is empty is", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  const { tag } = await generateCustom(w.system, w.project, { name: "fill" });
  const file = `server/drizzle/${tag}.sql`;
  for (const text of [await w.text(file), "", "\n \n"]) {
    await w.write(file, text);
    for (const dryRun of [true, false]) {
      const refused = await migrateIn(w, { dryRun }).then(() => null, (error) => error);
      assert.equal(refused?.code, "MIGRATION_EMPTY", JSON.stringify(text));
      assert.ok(refused.hint.includes(file));
    }
    assert.deepEqual(await codes(w), ["warning MIGRATION_EMPTY"]);
    const { ok } = await withPlatform(
      w,
      (platform) => checkDatabase(w.system, w.project, platform, w.read),
    );
    assert.equal(ok, false);
  }
  // Nothing before it was applied either; `--to` goes as far as is sure.
  assert.deepEqual((await migrateIn(w, { to: "0000_a" })).applied.map(({ tag }) => tag), [
    "0000_a",
  ]);
  await w.write(file, "-- done by hand on the first of May\n");
  assert.deepEqual(await codes(w), ["info MIGRATION_EMPTY"]);
  const { applied, notes } = await migrateIn(w);
  assert.deepEqual(applied.map(({ tag, statements }) => [tag, statements]), [[tag, 0]]);
  assert.ok(notes.includes(`\`${tag}\` holds no statement: it only counts as applied`));
});

Deno.test("a file that no journal entry names is refused where it would be next, else noted", async () => {
  await using w = await world();
  await w.write("server/drizzle/0000_a.sql", "CREATE TABLE a (x)");
  await assert.rejects(migrateIn(w), { code: "MIGRATION_UNLISTED" });
  await byHand(w, "0000_a", "CREATE TABLE a (x)");
  await w.write("server/drizzle/0000_old.sql", "CREATE TABLE o (x)");
  await w.write("server/drizzle/seed.sql", "INSERT INTO a VALUES (1)");
  const { applied, notes } = await migrateIn(w);
  assert.equal(applied.length, 1);
  assert.deepEqual(notes.filter((note) => note.includes("never applied")).length, 2);
  await w.write("server/drizzle/0001_b.sql", "CREATE TABLE b (x)");
  await assert.rejects(migrateIn(w), { code: "MIGRATION_UNLISTED" });
  await assert.rejects(migrateIn(w, { dryRun: true }), { code: "MIGRATION_UNLISTED" });
  assert.deepEqual((await codes(w)).filter((code) => code.endsWith("UNLISTED")), [
    "warning MIGRATION_UNLISTED",
    "error MIGRATION_UNLISTED",
    "warning MIGRATION_UNLISTED",
  ]);
  const { upToDate, counts } = await withPlatform(
    w,
    (platform) => databaseStatus(w.system, w.project, platform),
  );
  assert.deepEqual([upToDate, counts], [false, { applied: 1, unlisted: 3 }]);
  assert.deepEqual(rows(w, TABLES), [{ name: "a" }]);
});

Deno.test("--to a migration behind the database is refused, to the present one said", async () => {
  await using w = await world();
  for (const name of ["a", "b", "c"]) {
    await byHand(w, `000${"abc".indexOf(name)}_${name}`, `CREATE TABLE ${name} (x)`);
  }
  await migrateIn(w, { to: "0001_b" });
  const passed = await migrateIn(w, { to: "0000_a" }).then(() => null, (error) => error);
  assert.deepEqual([passed?.code, passed?.kind], ["MIGRATION_PASSED", "failed"]);
  assert.match(passed.hint, /db undo --list/);
  const same = await migrateIn(w, { to: "0001_b" });
  assert.deepEqual([same.applied, same.planned, same.pending], [[], [], ["0002_c"]]);
  const said = await say("db migrate --to 0001_b --dry-run", { cwd: w.project.root });
  assert.match(said.out, /^Nothing to apply\nStill pending: 0002_c\n$/);
  await byHand(w, "0003_d", "CREATE TABLE d (x)");
  const next = await say("db migrate --to 0002_c --dry-run", { cwd: w.project.root });
  assert.match(next.out, /^Would apply 0002_c\nStill pending: 0003_d\n/);
  assert.ok(same.notes.includes("`0001_b` is applied already"));
});

Deno.test("two files that changed their contents are both edited, applied or half applied", async () => {
  await using w = await world();
  await byHand(w, "0000_a", "CREATE TABLE a (x)");
  await migrateIn(w);
  await byHand(w, "0001_b", "CREATE TABLE b (x)");
  const swap = async () => {
    const [a, b] = [
      await w.text("server/drizzle/0000_a.sql"),
      await w.text("server/drizzle/0001_b.sql"),
    ];
    await w.write("server/drizzle/0000_a.sql", b);
    await w.write("server/drizzle/0001_b.sql", a);
  };
  await swap();
  await assert.rejects(migrateIn(w), { code: "MIGRATION_EDITED" });
  await swap();
  await migrateIn(w);
  await swap();
  const refused = await migrateIn(w).then(() => null, (error) => error);
  assert.deepEqual(
    [refused?.code, refused?.details.migrations.map(({ tag }: { tag: string }) => tag)],
    ["MIGRATION_EDITED", ["0000_a", "0001_b"]],
  );
});

Deno.test("answers that no change asks for are refused, also where nothing has changed", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  for (
    const answer of [{ rename: ["a.n:m"] }, { renameTable: ["a:b"] }, { drop: ["a.n"] }, {
      create: ["a.n"],
    }, {
      hints: [{
        type: "rename" as const,
        kind: "column" as const,
        from: ["public", "a", "n"],
        to: ["public", "a", "m"],
      }],
    }]
  ) {
    await assert.rejects(w.generate(answer), { code: "ANSWER_UNKNOWN", kind: "usage" });
    await assert.rejects(generateCustom(w.system, w.project, answer), { code: "ANSWER_UNUSED" });
  }
  assert.equal(Object.keys(await w.migrationFiles()).length, 4);
});

Deno.test("a schema without tables says so; one that forgot to export them fails", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "edgespark-empty-" });
  const defs = join(cwd, "server", "src", "defs");
  await Deno.mkdir(defs, { recursive: true });
  await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
  const none = await say("db generate --json", { cwd });
  assert.deepEqual([none.code, none.json.changed, none.json.findings[0].code], [
    0,
    false,
    "NO_TABLES",
  ]);
  const declare = (text: string) => Deno.writeTextFile(join(defs, "db_schema.ts"), text);
  await declare("// const t = sqliteTable(1);\nexport const version = 1;\n");
  const empty = await say("db generate", { cwd });
  assert.deepEqual([empty.code, /exports no table/.test(empty.out + empty.err)], [0, true]);
  await declare(
    `import { integer, sqliteTable } from "drizzle-orm/sqlite-core";
const posts = sqliteTable("posts", { id: integer("id").primaryKey() });\n`,
  );
  const hidden = await say("db generate --json", { cwd });
  assert.deepEqual([hidden.code, hidden.json.error.code], [1, "NO_TABLES"]);
  await Deno.remove(cwd, { recursive: true });
});

Deno.test("the plan of a repair without its arguments is another plan", async () => {
  await using w = await world();
  await byHand(w, "0000_a", "CREATE TABLE a (x)");
  await migrateIn(w);
  await byHand(w, "0001_b", "CREATE TABLE b (x)");
  const repair = (options: Parameters<typeof repairLedger>[3]) =>
    withPlatform(w, (platform) => repairLedger(w.system, w.project, platform, options));
  const { hash } = await repair({ applied: ["0001_b"] });
  await assert.rejects(repair({ plan: hash }), { code: "PLAN_CHANGED", kind: "conflict" });
  assert.equal((await repair({ applied: ["0001_b"], plan: hash })).applied, true);
  // Said twice, it is done.
  assert.deepEqual((await repair({ applied: ["0001_b"], plan: hash })).plan, []);
});
