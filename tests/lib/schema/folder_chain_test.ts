/** Everything but `generate` on a history in drizzle-kit 1.0's folder format. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join, toFileUrl } from "@std/path";
import { fixtureModules } from "../../support/fixtures.ts";
import { say } from "../../support/say.ts";
import { FIRST, folders, project, SCHEMA } from "./support/folder_project.ts";

const MORE = SCHEMA + `export const tags = sqliteTable("tags", { name: text("name") });\n`;

function open(cwd: string): DatabaseSync {
  return new DatabaseSync(join(cwd, ".edgespark", "local", "data.sqlite"));
}

function all(cwd: string, sql: string): Record<string, unknown>[] {
  const db = open(cwd);
  try {
    return db.prepare(sql).all().map((row) => ({ ...row }));
  } finally {
    db.close();
  }
}

/** drizzle-orm 1.0's own migrator on the project's database. */
async function migrateByDrizzle(cwd: string): Promise<void> {
  const orm = join(fixtureModules("drizzle-1"), "node_modules", "drizzle-orm", "node-sqlite");
  const load = (name: string) => import(toFileUrl(join(orm, name)).href);
  const [{ drizzle }, { migrate }] = [await load("index.js"), await load("migrator.js")];
  const client = open(cwd);
  try {
    await migrate(drizzle({ client }), { migrationsFolder: join(cwd, "server", "drizzle") });
  } finally {
    client.close();
  }
}

const LEDGERS =
  "SELECT e.name AS tag, d.* FROM es_system__db_migrations e FULL JOIN __drizzle_migrations d ON d.id = e.id ORDER BY 2";

async function checked(cwd: string): Promise<string[]> {
  const { json, err } = await say("db check --json", { cwd });
  assert.ok(json.findings, err);
  return json.findings.map(({ severity, code, file }: Record<string, string>) =>
    `${severity} ${code} ${file?.replace("server/drizzle/", "")}`
  );
}

Deno.test("status, check, migrate, undo and repair read a history of folders as any other", async () => {
  const { cwd, declare } = await project();
  assert.deepEqual(await checked(cwd), [`warning MIGRATION_PENDING ${FIRST}/migration.sql`]);
  const status = await say("db status --json", { cwd });
  assert.deepEqual([status.json.counts, status.json.migrations[0].tag], [{ pending: 1 }, FIRST]);
  const first = await say("db migrate --json", { cwd });
  assert.deepEqual(first.json.applied.map(({ tag }: { tag: string }) => tag), [FIRST], first.err);
  assert.equal(all(cwd, LEDGERS)[0]!.created_at, Date.UTC(2026, 0, 1));
  assert.deepEqual(await checked(cwd), []);

  await declare(MORE);
  assert.deepEqual(await checked(cwd), [
    "error SCHEMA_NOT_GENERATED server/src/defs/db_schema.ts",
  ]);
  const second = (await say("db generate --name tags --json", { cwd })).json.tag;
  const dry = await say("db migrate --dry-run --json", { cwd });
  assert.deepEqual([dry.json.pending, dry.json.applied], [[second], []]);
  assert.deepEqual((await say(`db migrate --to ${FIRST} --json`, { cwd })).json.applied, []);
  assert.equal((await say("db migrate --json", { cwd })).json.applied[0].tag, second);
  assert.deepEqual(await checked(cwd), []);

  const undone = await say("db undo --json", { cwd });
  assert.deepEqual(undone.json.unapplied, [second], undone.err);
  assert.equal((await say("db status --json", { cwd })).json.counts.pending, 1);
  const plan = (await say(`db repair --applied ${second} --json`, { cwd })).json;
  assert.deepEqual([plan.plan[0].action, plan.notes.length], ["mark-applied", 1]);
  assert.equal((await say("db migrate --json", { cwd })).json.applied.length, 1);

  // Edited, renamed, deleted.
  const path = join(cwd, "server", "drizzle", FIRST, "migration.sql");
  const sql = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, `${sql}\n-- later`);
  assert.equal((await say("db migrate --json", { cwd })).json.error.code, "MIGRATION_EDITED");
  await Deno.writeTextFile(path, sql);
  const moved = FIRST.replace("first", "begin");
  await Deno.rename(join(path, ".."), join(path, "..", "..", moved));
  assert.equal((await say("db migrate --json", { cwd })).json.mended[0].to, moved);
  await Deno.remove(join(path, "..", "..", moved), { recursive: true });
  assert.equal((await say("db migrate --json", { cwd })).json.error.code, "MIGRATION_DELETED");
  await Deno.remove(cwd, { recursive: true });
});

Deno.test("both ledgers agree with drizzle-orm 1.0's migrator, whoever comes first", async () => {
  for (const first of ["ours", "theirs"]) {
    const { cwd, declare } = await project();
    if (first === "ours") await say("db migrate --json", { cwd });
    else await Deno.mkdir(join(cwd, ".edgespark", "local"), { recursive: true });
    await migrateByDrizzle(cwd);
    const mended = (await say("db migrate --json", { cwd })).json;
    assert.deepEqual(mended.applied, []);
    assert.deepEqual(
      mended.mended.map(({ kind }: { kind: string }) => kind),
      first === "ours" ? [] : ["adopt"],
    );
    await declare(MORE);
    const { tag } = (await say("db generate --name tags --json", { cwd })).json;
    assert.equal((await say("db migrate --json", { cwd })).json.applied.length, 1);
    // It would run a migration again whose name it does not find.
    await migrateByDrizzle(cwd);
    const rows = all(cwd, LEDGERS);
    assert.deepEqual(rows.map(({ tag, name }) => [tag, name]), [[FIRST, FIRST], [tag, tag]], first);
    assert.match(String(rows[1]!.applied_at), /^\d{4}-\d\d-\d\dT/);
    await say(`db repair --unapplied ${tag} --confirm-dangerous`, { cwd });
    assert.equal(all(cwd, LEDGERS).length, 1);
    await say(`db repair --applied ${tag} --confirm-dangerous`, { cwd });
    await migrateByDrizzle(cwd);
    assert.deepEqual((await say("db status --json", { cwd })).json.counts, { applied: 2 });
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("what is odd in a history of folders is reported, and what cannot be read is refused", async () => {
  const { cwd, declare } = await project();
  const drizzle = join(cwd, "server", "drizzle");
  const write = async (path: string, text: string) => {
    await Deno.mkdir(join(drizzle, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(drizzle, path), text);
  };
  await declare(MORE);
  await say("db generate --name tags --json", { cwd });
  const [, second] = await folders(cwd);
  const snapshot = await Deno.readTextFile(join(drizzle, second!, "snapshot.json"));
  await write("29990101000000_other/snapshot.json", snapshot.replace(/"id": "."/, '"id": "z"'));
  await write("29990101000000_other/migration.sql", "-- by hand\n");
  await write("29990102000000_half/snapshot.json", snapshot);
  await write("29990103000000_bare/migration.sql", "SELECT 1;");
  await Deno.remove(join(cwd, "server", "node_modules"));
  assert.deepEqual(await checked(cwd), [
    "warning MIGRATION_UNLISTED 29990102000000_half",
    "warning SNAPSHOT_MISSING 29990103000000_bare/snapshot.json",
    "info MIGRATION_EMPTY 29990101000000_other/migration.sql",
    `warning SNAPSHOT_BRANCHES ${second}/snapshot.json`,
    "warning SCHEMA_UNCHECKED server/src/defs/db_schema.ts",
    ...[FIRST, second, "29990101000000_other", "29990103000000_bare"].map((tag) =>
      `warning MIGRATION_PENDING ${tag}/migration.sql`
    ),
  ]);
  await write(`${second}/snapshot.json`, "{");
  const broken = await say("db migrate --json", { cwd });
  assert.deepEqual([broken.code, broken.json.error.code], [7, "JSON_INVALID"]);
  await write(`${second}/snapshot.json`, snapshot);
  await write("meta/_journal.json", '{"version":"7","dialect":"sqlite","entries":[]}');
  const both = await say("db status --json", { cwd });
  assert.deepEqual([both.code, both.json.error.code], [7, "FOLDER_FORMAT"]);
  await Deno.remove(cwd, { recursive: true });
});
