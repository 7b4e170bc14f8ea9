import assert from "node:assert/strict";
import { join } from "@std/path";
import { say } from "../../support/say.ts";
import { byHand, exec, migrateIn, rows } from "./database_world.ts";
import { type World, world } from "./world.ts";

const TABLES = "CREATE TABLE p (id integer PRIMARY KEY, v text); " +
  "CREATE TABLE c (id integer PRIMARY KEY, p integer REFERENCES p(id) ON DELETE CASCADE);";

/** A project whose two tables have rows. */
async function filled(): Promise<World> {
  const w = await world();
  await byHand(w, "0000_a", TABLES);
  await migrateIn(w);
  exec(
    w,
    "INSERT INTO p VALUES (1, 'a'), (2, NULL), (3, 'a'); INSERT INTO c VALUES (7, 1), (8, 2)",
  );
  return w;
}

function leftovers(w: World): string[] {
  return [...Deno.readDirSync(join(w.project.state, "local"))].map(({ name }) => name)
    .filter((name) => name.startsWith(".trial"));
}

Deno.test("the rehearsal tells kept, changed and lost rows of the real data, on a copy", async () => {
  await using w = await filled();
  await byHand(w, "0001_b", "UPDATE p SET v = 'b' WHERE v = 'a'; DELETE FROM p WHERE id = 2;");
  const result = await migrateIn(w, { dryRun: true });
  assert.deepEqual(result.rehearsal, [
    {
      tag: "0001_b",
      table: "p",
      before: 3,
      after: 2,
      changed: 2,
      compared: true,
      lost: 1,
      source: "copy",
    },
    {
      tag: "0001_b",
      table: "c",
      before: 2,
      after: 1,
      changed: 0,
      compared: true,
      lost: 1,
      source: "copy",
    },
  ]);
  assert.equal(result.rehearsedOnCopy, true);
  assert.ok(result.rehearsalMs > 0);
  assert.deepEqual(rows(w, "SELECT count(*) AS n FROM p"), [{ n: 3 }]);
  assert.deepEqual(leftovers(w), []);

  const cwd = w.project.root;
  const plan = await say("db migrate --dry-run", { cwd });
  assert.match(
    plan.out,
    /Dangerous: 0001_b destroys some rows of `p` \(3 rows\) \(server\/drizzle\/0001_b\.sql:1\)/,
  );
  assert.match(plan.out, /rows of `c`[^]* \(id 8\)/);
  assert.match(
    plan.out,
    /Rehearsed on a copy of the database and made-up rows in \d+ ms: rows go from p, c\n {2}0001_b {2}p: 0 kept, 2 changed, 1 lost of 3 rows\n/,
  );
});

Deno.test("what fails on the real rows is refused before anything is changed", async () => {
  await using w = await filled();
  await byHand(w, "0001_fine", "CREATE TABLE fine (x)");
  await byHand(w, "0002_unique", "SELECT 1;\nCREATE UNIQUE INDEX p_v ON p (v);");
  const error = await migrateIn(w).then(() => null, (error) => error);
  assert.deepEqual([error.kind, error.code], ["failed", "MIGRATION_FAILED"]);
  assert.match(
    error.message,
    /`0002_unique` failed at `server\/drizzle\/0002_unique\.sql`, line 2: UNIQUE constraint failed: p\.v/,
  );
  assert.match(error.hint, /^Tried on a copy of the database; nothing was changed/);
  assert.deepEqual([error.details.applied, error.details.restorePoint], [[], null]);
  assert.deepEqual(rows(w, "SELECT name FROM sqlite_schema WHERE name = 'fine'"), []);
  const shown = await migrateIn(w, { dryRun: true });
  assert.match(shown.notes.at(-1)!, /on a copy of the database ended at `0002_unique`: UNIQUE/);
  assert.deepEqual((await migrateIn(w, { to: "0001_fine" })).applied.length, 1);
});

Deno.test("made-up rows stand in where there are none, and large tables are counted", async () => {
  await using w = await filled();
  exec(
    w,
    "DELETE FROM c; WITH RECURSIVE n(x) AS (SELECT 10 UNION ALL SELECT x + 1 FROM n WHERE x < 20100) INSERT INTO p SELECT x, 'x' FROM n",
  );
  await byHand(w, "0001_b", "UPDATE p SET v = 'b'; UPDATE c SET p = NULL;");
  const { rehearsal, applied } = await migrateIn(w);
  assert.deepEqual(
    rehearsal.map(({ table, before, changed, lost, source }) => ({
      table,
      before,
      changed,
      lost,
      source,
    })),
    [
      { table: "p", before: 20094, changed: 0, lost: 0, source: "copy" },
      { table: "c", before: 2, changed: 2, lost: 0, source: "made-up" },
    ],
  );
  assert.equal(applied.length, 1);
});

Deno.test("a drizzle-kit rebuild of a parent is refused with the children that it would take", async () => {
  await using w = await filled();
  await byHand(
    w,
    "0001_b",
    "PRAGMA foreign_keys=OFF;--> statement-breakpoint\nCREATE TABLE `__new_p` (`id` integer PRIMARY KEY, `v` text DEFAULT 'x');--> statement-breakpoint\nINSERT INTO `__new_p`(`id`, `v`) SELECT `id`, `v` FROM `p`;--> statement-breakpoint\nDROP TABLE `p`;--> statement-breakpoint\nALTER TABLE `__new_p` RENAME TO `p`;--> statement-breakpoint\nPRAGMA foreign_keys=ON;",
  );
  const refused = await say("db migrate --json", { cwd: w.project.root });
  assert.equal(refused.code, 1);
  const { code, details } = refused.json?.error ??
    JSON.parse(refused.err.trim().split("\n").at(-1)!).error;
  assert.equal(code, "DANGEROUS_MIGRATION");
  assert.deepEqual(details.dangerous.map(({ destroys }: { destroys: string }) => destroys), [
    "2 of 2 rows of `c` that refer to the dropped table (id 7; id 8)",
  ]);
  assert.deepEqual(rows(w, "SELECT count(*) AS n FROM c"), [{ n: 2 }]);
});
