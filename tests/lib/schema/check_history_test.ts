import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import type { Platform } from "../../../lib/platform/platform.ts";
import { checkDatabase, type CheckResult } from "../../../lib/schema/check.ts";
import { migrate } from "../../../lib/schema/migrate.ts";
import { repairLedger } from "../../../lib/schema/repair.ts";
import { type World, world } from "./world.ts";

const TABLE = (name: string) =>
  `export const ${name} = sqliteTable("${name}", { id: integer("id").primaryKey(), n: text("n") });\n`;
const JOURNAL = "server/drizzle/meta/_journal.json";

async function live<T>(w: World, work: (platform: Platform) => Promise<T>): Promise<T> {
  const platform = await openLocalPlatform(w.system, w.project);
  try {
    return await work(platform);
  } finally {
    platform.close();
  }
}

const check = (w: World): Promise<CheckResult> =>
  live(w, (platform) => checkDatabase(w.system, w.project, platform, w.read));

const apply = (w: World) =>
  live(w, (platform) => migrate(w.system, w.project, platform, { checkBranch: false }));

function byHand(w: World, sql: string): void {
  const file = join(w.project.state, "local", "data.sqlite");
  Deno.mkdirSync(join(file, ".."), { recursive: true });
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

Deno.test("each object of the database is explained by the migration that last changed it", async () => {
  await using w = await world(TABLE("a") + TABLE("b"));
  await w.generate({ name: "tables" });
  await w.declare(TABLE("a").replace(") });", '), m: text("m") });') + TABLE("b"));
  await w.generate({ name: "column" });
  await apply(w);
  byHand(w, "CREATE INDEX by_hand ON a (n); DROP TABLE b");
  const { ok, findings, objects } = await check(w);
  assert.equal(ok, true);
  assert.deepEqual(objects, [
    { type: "table", name: "a", migration: "0001_column", state: "same" },
    { type: "index", name: "by_hand", migration: null, state: "extra" },
    { type: "table", name: "b", migration: "0000_tables", state: "missing" },
  ]);
  assert.deepEqual(findings.map(({ code, file }) => [code, file]), [
    ["DRIFT_EXTRA", null],
    ["DRIFT_MISSING", "server/drizzle/0000_tables.sql"],
  ]);
  assert.match(findings[1]!.fix!, /db repair --unapplied 0000_tables/);
});

Deno.test("a schema without ledger is recognised, and the command it names puts it right", async () => {
  await using w = await world(TABLE("a"));
  await w.generate({ name: "a" });
  const sql = await w.text("server/drizzle/0000_a.sql");
  byHand(w, sql);
  const { findings } = await check(w);
  const extra = findings.find(({ code }) => code === "DRIFT_EXTRA")!;
  assert.match(extra.message, /already, which the pending `0000_a` makes/);
  assert.match(extra.fix!, /`edgespark db repair --applied 0000_a`/);
  await live(
    w,
    (platform) =>
      repairLedger(w.system, w.project, platform, { applied: ["0000_a"], confirmDangerous: true }),
  );
  assert.deepEqual((await check(w)).findings, []);
});

/** Two branches that each made a migration on the same base, merged by keeping all files of both. */
async function merged(): Promise<World> {
  const w = await world(TABLE("a"));
  await w.generate({ name: "a" });
  const base = await w.migrationFiles();
  await w.declare(TABLE("a") + TABLE("ours"));
  await w.generate({ name: "ours" });
  const ours = await w.migrationFiles();
  for (const path of Object.keys(ours)) await Deno.remove(join(w.project.root, path));
  for (const [path, text] of Object.entries(base)) await w.write(path, text);
  await w.declare(TABLE("a") + TABLE("theirs"));
  await w.generate({ name: "theirs" });
  const theirs = await w.migrationFiles();
  for (const [path, text] of Object.entries(ours)) await w.write(path, text);
  const journal = JSON.parse(ours[JOURNAL]!);
  const entry = JSON.parse(theirs[JOURNAL]!).entries[1];
  journal.entries.push({ ...entry, idx: 2, tag: "0002_theirs", when: journal.entries[1].when + 1 });
  await w.write(JOURNAL, JSON.stringify(journal));
  await Deno.rename(
    join(w.project.migrations, "0001_theirs.sql"),
    join(w.project.migrations, "0002_theirs.sql"),
  );
  await w.write(
    "server/drizzle/meta/0002_snapshot.json",
    theirs["server/drizzle/meta/0001_snapshot.json"]!,
  );
  await w.declare(TABLE("a") + TABLE("ours") + TABLE("theirs"));
  return w;
}

Deno.test("merged branches are an error whose commands, followed to the letter, mend the chain", async () => {
  await using w = await merged();
  const { ok, findings } = await check(w);
  assert.equal(ok, false);
  const { fix, severity } = findings.find(({ code }) => code === "SNAPSHOT_COLLISION")!;
  assert.equal(severity, "error");
  const removed = [...fix!.matchAll(/`git rm -f ([^`]+)`/g)].map(([, path]) => path!);
  assert.deepEqual(removed, [
    "server/drizzle/0002_theirs.sql",
    "server/drizzle/meta/0002_snapshot.json",
  ]);
  assert.match(fix!, /remove its entry from `server\/drizzle\/meta\/_journal\.json`/);
  const name = /edgespark db generate --name (\w+)/.exec(fix!)![1]!;
  for (const path of removed) await Deno.remove(join(w.project.root, path));
  const journal = JSON.parse(await w.text(JOURNAL));
  journal.entries.pop();
  await w.write(JOURNAL, JSON.stringify(journal));
  const { tag, statements } = await w.generate({ name });
  assert.equal(tag, "0002_theirs");
  assert.deepEqual(statements.length, 1);
  await apply(w);
  assert.deepEqual(await check(w).then(({ ok, findings }) => [ok, findings]), [true, []]);
});

Deno.test("two migrations of one number are told apart from a repeated entry", async () => {
  await using w = await world(TABLE("a"));
  await w.generate({ name: "a" });
  const journal = JSON.parse(await w.text(JOURNAL));
  journal.entries.push({
    ...journal.entries[0],
    idx: 1,
    tag: "0000_b",
    when: journal.entries[0].when + 1,
  });
  await w.write(JOURNAL, JSON.stringify(journal));
  await w.write("server/drizzle/0000_b.sql", "SELECT 1;");
  const { findings } = await check(w);
  const found = findings.find(({ code }) => code === "JOURNAL_NUMBER")!;
  assert.match(found.message, /`0000_b` and `0000_a` share the number 0000/);
});

Deno.test("malformed SQL is an error at its line, for check and for migrate, and nothing is applied", async () => {
  const cases: [string, string, number][] = [
    ["SELECT 1;\n\nINSERT INTO a (n) VALUES ('open);\nSELECT 2;", "SQL_MALFORMED", 3],
    ["SELECT 1;\nSELECT 2 /*\0*/;", "SQL_MALFORMED", 2],
    [
      "SELECT 1;\n<<<<<<< HEAD\nSELECT 2;\n=======\nSELECT 3;\n>>>>>>> other\n",
      "MERGE_CONFLICT",
      2,
    ],
    ["SELECT 1;\nCREATE TABEL b (id);", "REPLAY_FAILED", 2],
  ];
  for (const [sql, code, line] of cases) {
    await using w = await world(TABLE("a"));
    await w.generate({ name: "a" });
    await w.write("server/drizzle/0000_a.sql", sql);
    const { ok, findings } = await check(w);
    assert.equal(ok, false, code);
    const found = findings.find((finding) => finding.code === code);
    assert.deepEqual([found?.severity, found?.file, found?.line], [
      "error",
      "server/drizzle/0000_a.sql",
      line,
    ], code);
    await assert.rejects(apply(w), code);
    const { rows } = await live(
      w,
      (platform) => platform.database.query("SELECT name FROM sqlite_schema WHERE name = 'a'"),
    );
    assert.deepEqual(rows, []);
  }
});

Deno.test("an unresolved merge in the journal is named by file and line", async () => {
  await using w = await world(TABLE("a"));
  await w.generate({ name: "a" });
  const text = await w.text(JOURNAL);
  await w.write(
    JOURNAL,
    text.replace('"entries"', '\n<<<<<<< HEAD\n"entries"').concat("\n>>>>>>> other\n"),
  );
  const before = await w.migrationFiles();
  for (const work of [() => check(w), () => apply(w), () => w.generate()]) {
    await assert.rejects(work(), {
      kind: "config",
      code: "JSON_INVALID",
      message: /unresolved merge \(line 5, column 1\)/,
    });
  }
  assert.deepEqual(await w.migrationFiles(), before);
});
