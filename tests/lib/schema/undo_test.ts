import assert from "node:assert/strict";
import { join } from "@std/path";
import { listRestorePoints, undo, type UndoOptions } from "../../../lib/schema/undo.ts";
import { byHand, data, exec, migrateIn, rows, withPlatform } from "./database_world.ts";
import { type World, world } from "./world.ts";

function undoIn(w: World, options: UndoOptions = {}) {
  return withPlatform(w, (platform) => undo(w.system, w.project, platform, options));
}

function points(w: World) {
  return withPlatform(w, listRestorePoints);
}

/** Two migrations, applied one by one, with a row in between. */
async function twoSteps(): Promise<World> {
  const w = await world();
  await byHand(w, "0000_a", "CREATE TABLE a (x)");
  await migrateIn(w);
  exec(w, "INSERT INTO a VALUES (1)");
  await byHand(w, "0001_b", "ALTER TABLE a ADD COLUMN y; CREATE TABLE b (x)");
  await migrateIn(w);
  return w;
}

Deno.test("undo takes one migration back after the other, and can be undone itself", async () => {
  await using w = await twoSteps();
  const open = data(w);
  assert.equal(open.prepare("SELECT count(*) AS n FROM b").get()?.n, 0);
  const first = await undoIn(w);
  assert.match(first.to, /_migrate$/);
  assert.match(first.restorePoint!, /_undo$/);
  assert.deepEqual([first.undone, first.unapplied, first.lost, first.paused], [
    true,
    ["0001_b"],
    [],
    false,
  ]);
  // A connection that was open all the time sees it.
  assert.deepEqual(open.prepare("SELECT x FROM a").all().map((row) => ({ ...row })), [{ x: 1 }]);
  assert.throws(() => open.prepare("SELECT * FROM b"), /no such table/);
  assert.equal(open.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
  open.close();

  const refused = await undoIn(w).then(() => null, (error) => error);
  assert.deepEqual([refused.kind, refused.code, refused.details.lost], [
    "failed",
    "ROWS_LOST",
    [{ table: "a", rows: 1 }],
  ]);
  assert.match(refused.hint, /db undo --confirm-dangerous/);
  const second = await undoIn(w, { confirmDangerous: true });
  assert.deepEqual([second.unapplied, second.lost], [["0000_a"], [{ table: "a", rows: 1 }]]);
  await assert.rejects(undoIn(w), { code: "NOTHING_TO_UNDO" });

  await undoIn(w, { to: first.restorePoint! });
  assert.deepEqual(rows(w, "SELECT * FROM a"), [{ x: 1, y: null }]);
  assert.deepEqual((await migrateIn(w)).applied, []);
});

Deno.test("rows written since are counted by table, changed ones and users too", async () => {
  await using w = await twoSteps();
  exec(
    w,
    "UPDATE a SET x = 2; INSERT INTO b VALUES (1), (1), (2); INSERT INTO es_system__auth_user (id, name, email, updated_at) VALUES ('u', 'n', 'e', 1)",
  );
  const before = (await points(w)).length;
  const shown = await undoIn(w, { dryRun: true });
  assert.deepEqual([shown.undone, shown.restorePoint, shown.lost], [false, null, [
    { table: "es_system__auth_user", rows: 1 },
    { table: "a", rows: 1 },
    { table: "b", rows: 3 },
  ]]);
  const refused = await undoIn(w).then(() => null, (error) => error);
  assert.equal(refused.code, "ROWS_LOST");
  assert.match(refused.message, /1 of `es_system__auth_user`, 1 of `a`, 3 of `b`/);
  assert.equal((await points(w)).length, before);
  assert.deepEqual(rows(w, "SELECT count(*) AS n FROM b"), [{ n: 3 }]);
});

Deno.test("its own restore point never pushes out the one that it returns to", async () => {
  await using w = await world();
  for (let index = 0; index < 6; index++) {
    await byHand(w, `000${index}_t`, `CREATE TABLE t${index} (x)`);
    await migrateIn(w);
  }
  const all = await points(w);
  assert.deepEqual(all.map(({ reason, migrations }) => [reason, migrations.length]), [
    ["migrate", 1],
    ["migrate", 2],
    ["migrate", 3],
    ["migrate", 4],
    ["migrate", 5],
  ]);
  const result = await undoIn(w, { to: all[0]!.name });
  assert.equal(result.unapplied.length, 5);
  assert.deepEqual(rows(w, "SELECT count(*) AS n FROM es_system__db_migrations"), [{ n: 1 }]);
});

Deno.test("a restore point that is unknown or damaged changes nothing", async () => {
  await using w = await twoSteps();
  await assert.rejects(undoIn(w, { to: "nope" }), {
    code: "RESTORE_POINT_UNKNOWN",
    kind: "missing",
  });
  const { name } = (await points(w))[1]!;
  const file = join(w.project.state, "local", "restore", `${name}.sqlite`);
  const bytes = await Deno.readFile(file);
  bytes.fill(0xaa, 4096, 8 * 4096);
  await Deno.writeFile(file, bytes);
  await assert.rejects(undoIn(w, { to: name, confirmDangerous: true }));
  assert.deepEqual(rows(w, "SELECT * FROM a"), [{ x: 1, y: null }]);
});

Deno.test("undo waits for a writer of another process", async () => {
  await using w = await twoSteps();
  const file = join(w.project.state, "local", "data.sqlite");
  const holder = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { DatabaseSync } from "node:sqlite";
      const db = new DatabaseSync(${JSON.stringify(file)});
      db.exec("BEGIN IMMEDIATE; INSERT INTO a (x) VALUES (7)");
      console.log("held");
      await new Promise((resolve) => setTimeout(resolve, 700));
      db.exec("ROLLBACK");`,
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = holder.stdout.getReader();
  await reader.read();
  const { undone } = await undoIn(w);
  assert.equal(undone, true);
  await reader.cancel();
  await holder.status;
  assert.deepEqual(rows(w, "SELECT * FROM a"), [{ x: 1 }]);
});
