import assert from "node:assert/strict";
import { say } from "../../support/say.ts";
import { byHand, exec, rows } from "./database_world.ts";
import { world } from "./world.ts";

Deno.test("status, repair and undo, said to the real program", async () => {
  await using w = await world();
  const cwd = w.project.root;
  assert.equal((await say("db status", { cwd })).out, "No migrations\n");
  assert.equal((await say("db undo --list", { cwd })).out, "No restore points\n");
  await byHand(w, "0000_a", "CREATE TABLE a (x)");
  assert.equal((await say("db migrate", { cwd })).code, 0);
  exec(w, "INSERT INTO a VALUES (1)");
  await byHand(w, "0001_bb", "CREATE TABLE b (x)");
  const status = await say("db status", { cwd });
  assert.match(
    status.out,
    /^applied {2}0000_a {3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\npending {2}0001_bb\n1 applied, 1 pending; 1 restore point\n$/,
  );
  assert.match(status.err, /For `0001_bb`: `edgespark db migrate`/);
  const { json } = await say("db status --json", { cwd });
  assert.deepEqual([json.upToDate, json.counts, json.migrations[1].state], [
    false,
    { applied: 1, pending: 1 },
    "pending",
  ]);

  const plan = await say("db repair --applied 0001_bb", { cwd });
  assert.equal(plan.code, 0);
  const [, hash] =
    /^Plan ([0-9a-f]{16}), nothing changed yet\n {2}mark-applied {4}0001_bb {2}counts as applied; its SQL is not run\n$/
      .exec(plan.out)!;
  assert.match(plan.err, /which the database does not have \(REPAIR_NOTE\)/);
  assert.match(
    (await say(`db repair --applied 0001_bb --plan ${hash}`, { cwd })).out,
    /^Repaired\n/,
  );
  assert.equal(
    (await say(`db repair --applied 0001_bb --plan ${hash}`, { cwd })).out,
    "Nothing to repair: the ledgers are as asked\n",
  );
  assert.equal((await say("db repair --unapplied 0001_bb --confirm-dangerous", { cwd })).code, 0);
  assert.equal((await say("db migrate", { cwd })).code, 0);

  exec(w, "INSERT INTO a VALUES (2)");
  const listed = await say("db undo --list --json", { cwd });
  assert.deepEqual(
    listed.json.restorePoints.map(({ migrations }: { migrations: string[] }) => migrations),
    [[], ["0000_a"]],
  );
  const refused = await say("db undo", { cwd });
  assert.equal(refused.code, 1);
  assert.match(refused.err, /1 of `a`[^]*db undo --confirm-dangerous/);
  const done = await say("db undo --confirm-dangerous", { cwd });
  assert.match(
    done.out,
    /^Returned to \S+_migrate\nPending again: 0001_bb\nLost 1 row of a\nRestore point: \S+_undo\n$/,
  );
  assert.deepEqual(rows(w, "SELECT x FROM a"), [{ x: 1 }]);
});
