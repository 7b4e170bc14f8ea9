import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import type { Platform } from "../../../lib/platform/platform.ts";
import { checkDatabase } from "../../../lib/schema/check.ts";
import { migrate } from "../../../lib/schema/migrate.ts";
import { migrationReadiness } from "../../../lib/schema/readiness.ts";
import { type World, world } from "./world.ts";

const A = `export const a = sqliteTable("a", { id: integer("id").primaryKey(), n: text("n") });`;

async function withPlatform<T>(w: World, work: (platform: Platform) => Promise<T>): Promise<T> {
  const platform = await openLocalPlatform(w.system, w.project);
  try {
    return await work(platform);
  } finally {
    platform.close();
  }
}

async function check(w: World): Promise<{ ok: boolean; codes: string[] }> {
  const { ok, findings } = await withPlatform(
    w,
    (platform) => checkDatabase(w.system, w.project, platform, w.read),
  );
  return { ok, codes: findings.map(({ severity, code }) => `${severity} ${code}`) };
}

const apply = (w: World) =>
  withPlatform(
    w,
    (platform) =>
      migrate(w.system, w.project, platform, { checkBranch: false, confirmDangerous: true }),
  );

Deno.test("a project in order has no finding, before and after everything is applied", async () => {
  await using w = await world("");
  assert.deepEqual(await check(w), { ok: true, codes: [] });
  await w.declare(A);
  await w.generate();
  assert.deepEqual(await check(w), { ok: true, codes: ["warning MIGRATION_PENDING"] });
  await apply(w);
  assert.deepEqual(await check(w), { ok: true, codes: [] });
  await assert.rejects(Deno.stat(join(w.project.state, "dev")));
});

Deno.test("a schema that was not generated is an error with the command that mends it", async () => {
  await using w = await world(A);
  await w.generate();
  await w.declare(A.replace(") });", '), m: text("m") });'));
  const { ok, findings } = await checkDatabase(w.system, w.project, null, w.read);
  assert.equal(ok, false);
  assert.deepEqual(findings, [{
    code: "SCHEMA_NOT_GENERATED",
    severity: "error",
    file: "server/src/defs/db_schema.ts",
    line: null,
    message: "The schema was changed after the last migration (1 statement)",
    fix: "Run `edgespark db generate`",
  }]);
  await w.declare(A.replace("n: text", "m: text").replace('"n"', '"m"'));
  assert.match(
    (await checkDatabase(w.system, w.project, null, w.read)).findings[0]!.message,
    /renamed, or dropped and created/,
  );
});

Deno.test("a stale hash alone is only a hint", async () => {
  await using w = await world(A);
  await w.generate();
  await apply(w);
  await w.declare(`${A}\n// only a comment`);
  assert.deepEqual(await check(w), { ok: true, codes: ["info SCHEMA_HASH_STALE"] });
});

Deno.test("edited, lost, forbidden and destructive migrations are found", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  await apply(w);
  const file = "server/drizzle/0000_a.sql";
  const sql = await w.text(file);
  await w.write(file, `${sql} -- touched`);
  assert.deepEqual(await check(w), { ok: false, codes: ["error MIGRATION_EDITED"] });
  await Deno.remove(join(w.project.root, file));
  assert.deepEqual(await check(w), {
    ok: false,
    codes: ["error MIGRATION_MISSING", "error MIGRATION_DELETED"],
  });
  await w.write(file, sql);
  await w.declare(A.replace(', n: text("n")', ""));
  await w.generate({ name: "less" });
  await w.write("server/drizzle/0001_less.sql", "ALTER TABLE `a` DROP COLUMN `n`;\nCOMMIT;");
  const { ok, codes } = await check(w);
  assert.equal(ok, false);
  assert.deepEqual(codes, [
    "error TRANSACTION_REFUSED",
    "warning MIGRATION_PENDING",
    "error REPLAY_FAILED",
    "info DESTRUCTIVE",
  ]);
});

Deno.test("the live schema is compared with what the migrations make", async () => {
  await using w = await world(
    `${A}\nexport const b = sqliteTable("b", { id: integer("id").primaryKey() });`,
  );
  await w.generate();
  await apply(w);
  const db = new DatabaseSync(join(w.project.state, "local", "data.sqlite"));
  db.exec("CREATE INDEX by_hand ON a (n); DROP TABLE b; ALTER TABLE a ADD COLUMN extra");
  db.close();
  const { codes, ok } = await check(w);
  assert.deepEqual([ok, codes], [true, [
    "warning DRIFT_CHANGED",
    "warning DRIFT_EXTRA",
    "warning DRIFT_MISSING",
  ]]);
});

Deno.test("a rebuilt table is no drift", async () => {
  await using w = await world(
    `${A}\nexport const b = sqliteTable("b", { id: integer("id").primaryKey(), a: integer("a_id").references(() => a.id, { onDelete: "cascade" }) });`,
  );
  await w.generate();
  await apply(w);
  await w.declare(
    `${
      A.replace('text("n")', 'text("n").notNull()')
    }\nexport const b = sqliteTable("b", { id: integer("id").primaryKey(), a: integer("a_id").references(() => a.id, { onDelete: "cascade" }) });`,
  );
  await w.generate();
  await apply(w);
  assert.deepEqual(await check(w), { ok: true, codes: [] });
});

Deno.test("a history that cannot be replayed is named by file and line, and drift is still told", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  await w.write("server/drizzle/0001_hand.sql", "SELECT 1;\nDROP TABLE agents;");
  const path = "server/drizzle/meta/_journal.json";
  const journal = JSON.parse(await w.text(path));
  journal.entries.push({
    ...journal.entries[0],
    idx: 1,
    when: journal.entries[0].when + 1,
    tag: "0001_hand",
  });
  await w.write(path, JSON.stringify(journal));
  const { findings } = await checkDatabase(w.system, w.project, null, w.read);
  const failed = findings.find(({ code }) => code === "REPLAY_FAILED")!;
  assert.deepEqual([failed.file, failed.line, failed.severity], [
    "server/drizzle/0001_hand.sql",
    2,
    "warning",
  ]);
  assert.match(failed.message, /no such table: agents/);
});

Deno.test("a deployment waits for what is pending", async () => {
  await using w = await world(A);
  const ready = () =>
    withPlatform(w, (platform) => migrationReadiness(w.system, w.project, platform, w.read));
  assert.deepEqual((await ready()).map(({ code, severity }) => [code, severity]), [[
    "SCHEMA_NOT_GENERATED",
    "error",
  ]]);
  await w.generate();
  assert.deepEqual((await ready()).map(({ code, severity, fix }) => [code, severity, fix]), [[
    "MIGRATION_PENDING",
    "error",
    "Run `edgespark db migrate`",
  ]]);
  await apply(w);
  assert.deepEqual(await ready(), []);
});
