import assert from "node:assert/strict";
import { join } from "@std/path";
import { databaseStatus } from "../../../lib/schema/status.ts";
import { repairLedger, type RepairOptions } from "../../../lib/schema/repair.ts";
import { byHand, exec, migrateIn, rows, withPlatform } from "./database_world.ts";
import { type World, world } from "./world.ts";

const JOURNAL = "server/drizzle/meta/_journal.json";

async function states(w: World): Promise<(string | null)[][]> {
  const { migrations } = await withPlatform(
    w,
    (platform) => databaseStatus(w.system, w.project, platform),
  );
  return migrations.map(({ tag, state, detail }) => [tag, state, detail]);
}

function repair(w: World, options: RepairOptions) {
  return withPlatform(w, (platform) => repairLedger(w.system, w.project, platform, options));
}

/** Both ledgers as `[id, tag, hash begins, when]`; they must agree on every id. */
function ledgers(w: World): unknown[][] {
  return rows(
    w,
    "SELECT e.id, e.name, substr(d.hash, 1, 6) AS hash, d.created_at AS at FROM es_system__db_migrations e FULL JOIN __drizzle_migrations d ON d.id = e.id ORDER BY e.id",
  ).map(({ id, name, hash, at }) => [id, name, hash, at]);
}

/** Three applied migrations, `0000_a` to `0002_c`. */
async function applied(): Promise<World> {
  const w = await world();
  for (const [index, name] of ["a", "b", "c"].entries()) {
    await byHand(w, `000${index}_${name}`, `CREATE TABLE ${name} (x)`);
  }
  await migrateIn(w);
  return w;
}

async function editJournal(
  w: World,
  // deno-lint-ignore no-explicit-any -- the journal as JSON
  edit: (entries: any[]) => any[],
): Promise<void> {
  const journal = JSON.parse(await w.text(JOURNAL));
  await w.write(JOURNAL, JSON.stringify({ ...journal, entries: edit(journal.entries) }, null, 2));
}

Deno.test("status tells applied, pending, late, missing, renamed, edited, deleted and adoptable apart", async () => {
  await using w = await world();
  assert.deepEqual(await states(w), []);
  await byHand(w, "0000_a", "CREATE TABLE a (x)");
  assert.deepEqual(await states(w), [["0000_a", "pending", null]]);
  await migrateIn(w);
  assert.deepEqual(await states(w), [["0000_a", "applied", null]]);

  await w.write("server/drizzle/0000_a.sql", "CREATE TABLE a (y)");
  assert.deepEqual(await states(w), [[
    "0000_a",
    "edited",
    "the file changed after it was applied",
  ]]);
  await Deno.remove(join(w.project.migrations, "0000_a.sql"));
  assert.deepEqual((await states(w))[0]!.slice(1), ["deleted", "applied, but its file is missing"]);

  await w.write("server/drizzle/0000_z.sql", "CREATE TABLE a (x)");
  await editJournal(w, ([first]) => [{ ...first, tag: "0000_z" }]);
  assert.deepEqual(await states(w), [["0000_z", "renamed", "applied as 0000_a"]]);

  await byHand(w, "0001_m", "CREATE TABLE m (x)");
  await Deno.remove(join(w.project.migrations, "0001_m.sql"));
  assert.deepEqual((await states(w))[1], ["0001_m", "missing", "its file is missing"]);
  await editJournal(w, () => []);
  assert.deepEqual(await states(w), [
    ["0000_a", "deleted", "applied, but in no journal entry"],
    ["0000_z", "unlisted", "in `server/drizzle`, but never applied"],
  ]);

  exec(w, "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('feed', 1)");
  assert.deepEqual((await states(w))[1]!.slice(0, 2), [null, "unknown"]);
});

Deno.test("a journal that was sorted anew, and a branch that was merged in before", async () => {
  await using w = await applied();
  await editJournal(w, ([a, b, c]) => [b, a, c]);
  assert.deepEqual(await states(w), [
    ["0001_b", "applied", null],
    ["0000_a", "reordered", "applied before 0001_b"],
    ["0002_c", "applied", null],
  ]);
  await byHand(w, "0003_late", "CREATE TABLE late (x)");
  await editJournal(w, ([b, a, c, late]) => [b, late, a, c]);
  assert.deepEqual((await states(w))[1]!.slice(0, 2), ["0003_late", "late"]);
  const { notes, applied: done } = await migrateIn(w);
  assert.deepEqual(done.map(({ tag }) => tag), ["0003_late"]);
  assert.deepEqual(notes, [
    "`0003_late` is applied after migrations that follow it in the journal",
    "`0000_a` was applied before `0001_b`, which stands before it in the journal",
  ]);
});

Deno.test("each kind of tampering stops migrate with its own code and way out", async () => {
  await using w = await applied();
  const failure = () =>
    migrateIn(w).then(() => assert.fail("nothing was refused"), (error) => ({
      code: error.code,
      message: error.message,
      hint: error.hint,
    }));
  const sql = await w.text("server/drizzle/0001_b.sql");
  await w.write("server/drizzle/0001_b.sql", "CREATE TABLE b (y)");
  assert.deepEqual(await failure(), {
    code: "MIGRATION_EDITED",
    message: "`0001_b` was changed after it was applied",
    hint:
      "Restore the file (`git checkout -- server/drizzle/0001_b.sql`) and make the change a new migration with `edgespark db generate`; if the database already is what the file says, run `edgespark db repair --applied 0001_b`",
  });
  await Deno.remove(join(w.project.migrations, "0001_b.sql"));
  assert.deepEqual(await failure(), {
    code: "MIGRATION_DELETED",
    message: "`0001_b` is applied, but its file `server/drizzle/0001_b.sql` is missing",
    hint:
      "Restore it from version control (`git checkout -- server/drizzle/0001_b.sql`), or let the database forget it with `edgespark db repair --unapplied 0001_b`",
  });
  await editJournal(w, ([a, , c]) => [a, c]);
  assert.deepEqual(
    (await failure()).message,
    "`0001_b` is applied, but stands in no entry of the journal",
  );
  await w.write("server/drizzle/0001_b.sql", sql);
  await editJournal(w, ([a, c]) => [a, { ...a, idx: 1, tag: "0001_b", when: a.when + 10 }, c]);
  await byHand(w, "0003_d", "CREATE TABLE d (x)");
  await Deno.remove(join(w.project.migrations, "0003_d.sql"));
  assert.equal((await failure()).code, "MIGRATION_MISSING");
});

Deno.test("repair shows a plan first, and carries out that plan only", async () => {
  await using w = await applied();
  exec(w, "CREATE TABLE d (x)");
  await byHand(w, "0003_d", "CREATE TABLE d (x)");
  const shown = await repair(w, { applied: ["0003_d"] });
  assert.deepEqual([shown.applied, shown.notes, shown.plan], [false, [], [{
    action: "mark-applied",
    tag: "0003_d",
    detail: "counts as applied; its SQL is not run",
  }]]);
  assert.equal(ledgers(w).length, 3);
  await assert.rejects(repair(w, { applied: ["0003_d"], plan: "0000" }), { code: "PLAN_CHANGED" });
  await assert.rejects(repair(w, { unapplied: ["0002_c"], plan: shown.hash }), {
    code: "PLAN_CHANGED",
  });
  assert.equal((await repair(w, { applied: ["0003_d"], plan: shown.hash })).applied, true);
  assert.deepEqual(ledgers(w).map(([id, tag, , when]) => [id, tag, when]), [
    [1, "0000_a", 1010],
    [2, "0001_b", 1020],
    [3, "0002_c", 1030],
    [4, "0003_d", 1040],
  ]);
  assert.deepEqual((await migrateIn(w)).applied, []);
  assert.deepEqual((await repair(w, { applied: ["0003_d"] })).plan, []);
});

Deno.test("repair takes a migration back from both ledgers and says what will happen", async () => {
  await using w = await applied();
  const options = { unapplied: ["0002_c"], confirmDangerous: true };
  const { plan, notes, applied: done } = await repair(w, options);
  assert.deepEqual([plan.map(({ action }) => action), done], [["mark-unapplied"], true]);
  assert.deepEqual(notes, [
    "`0002_c` makes the table `c`, which the database has: running it will fail",
  ]);
  assert.deepEqual(ledgers(w).map(([id, tag]) => [id, tag]), [[1, "0000_a"], [2, "0001_b"]]);
  exec(w, "DROP TABLE c");
  assert.deepEqual((await migrateIn(w)).applied.map(({ tag }) => tag), ["0002_c"]);
  assert.deepEqual(ledgers(w).map(([id, tag]) => [id, tag]).at(-1), [4, "0002_c"]);
});

Deno.test("repair accepts an edited file, follows renames and adopts drizzle's rows", async () => {
  await using w = await applied();
  const before = ledgers(w);
  await w.write("server/drizzle/0001_b.sql", "CREATE TABLE b (x);");
  const accepted = await repair(w, { applied: ["0001_b"], confirmDangerous: true });
  assert.equal(accepted.plan[0]!.action, "accept-edit");
  assert.deepEqual(
    ledgers(w).map(([id, tag, , when]) => [id, tag, when]),
    before.map(([id, tag, , when]) => [id, tag, when]),
  );
  assert.notEqual(ledgers(w)[1]![2], before[1]![2]);
  await Deno.rename(
    join(w.project.migrations, "0002_c.sql"),
    join(w.project.migrations, "0002_z.sql"),
  );
  await editJournal(w, ([a, b, c]) => [a, b, { ...c, tag: "0002_z" }]);
  exec(
    w,
    "DELETE FROM es_system__db_migrations WHERE id = 1; UPDATE __drizzle_migrations SET id = NULL WHERE id = 1",
  );
  const shown = await repair(w, {});
  assert.deepEqual(shown.plan.map(({ action, tag }) => [action, tag]), [
    ["rename", "0002_z"],
    ["adopt", "0000_a"],
  ]);
  await repair(w, { plan: shown.hash });
  assert.deepEqual(ledgers(w).map(([, tag]) => tag).toSorted(), ["0000_a", "0001_b", "0002_z"]);
  assert.ok(ledgers(w).every(([id, , hash]) => id !== null && hash !== null));
});

Deno.test("repair refuses what cannot be meant", async () => {
  await using w = await applied();
  await assert.rejects(repair(w, { applied: ["0009_x"] }), {
    code: "MIGRATION_UNKNOWN",
    kind: "missing",
  });
  await assert.rejects(repair(w, { unapplied: ["0009_x"] }), { code: "MIGRATION_UNKNOWN" });
  await assert.rejects(repair(w, { applied: ["0000_a"], unapplied: ["0000_a"] }), {
    code: "REPAIR_CONTRADICTION",
    kind: "usage",
  });
  await byHand(w, "0003_d", "CREATE TABLE d (x)");
  const { notes } = await repair(w, { applied: ["0003_d"] });
  assert.deepEqual(notes, ["`0003_d` makes the table `d`, which the database does not have"]);
});
