import assert from "node:assert/strict";
import { join } from "@std/path";
import { Failure } from "../../../lib/failure.ts";
import { migrate } from "../../../lib/schema/migrate.ts";
import { byHand, data, migrateIn as run, withPlatform } from "./database_world.ts";
import { world } from "./world.ts";

const A = `export const a = sqliteTable("a", { id: integer("id").primaryKey(), n: text("n") });`;

Deno.test("applies what is pending, once, with a restore point", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  const first = await run(w);
  assert.deepEqual(first.applied.map(({ tag, statements }) => [tag, statements]), [["0000_a", 1]]);
  assert.deepEqual([first.pending, first.dangerous], [[], []]);
  assert.match(first.restorePoint!, /_migrate$/);
  const second = await run(w);
  assert.deepEqual([second.applied, second.restorePoint], [[], null]);
});

Deno.test("drizzle-orm's own migrator agrees that nothing is left", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  await w.declare(A.replace(") });", '), m: text("m") });'));
  await w.generate({ name: "b" });
  await run(w);
  const { readMigrationFiles } = await import("drizzle-orm/migrator");
  const files = readMigrationFiles({ migrationsFolder: w.project.migrations });
  const db = data(w);
  const rows = db.prepare(
    "SELECT id, hash, created_at FROM __drizzle_migrations ORDER BY created_at",
  ).all();
  assert.deepEqual(
    rows.map(({ id, hash, created_at }) => [id, hash, created_at]),
    files.map(({ hash, folderMillis }, index) => [index + 1, hash, folderMillis]),
  );
  db.close();
});

Deno.test("a dry run changes nothing and makes no file", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  const { pending, applied } = await run(w, { dryRun: true });
  assert.deepEqual([pending, applied], [["0000_a"], []]);
  await assert.rejects(Deno.stat(join(w.project.state, "local")));
});

Deno.test("--to stops early", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  await byHand(w, "0001_b", "CREATE TABLE b (x)");
  const result = await run(w, { to: "0000_a" });
  assert.deepEqual([result.applied.map(({ tag }) => tag), result.pending], [["0000_a"], [
    "0001_b",
  ]]);
  await assert.rejects(run(w, { to: "0007_x" }), { code: "MIGRATION_UNKNOWN", kind: "usage" });
});

Deno.test("a failing statement is named by file and line; its migration leaves nothing, those before stay", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  await byHand(w, "0001_noop", "-- by hand\nSELECT 1;");
  await byHand(
    w,
    "0002_bad",
    "CREATE TABLE made (x);--> statement-breakpoint\nINSERT INTO a VALUES (1, 'x');\n\nDROP TABLE agents;",
  );
  await byHand(w, "0003_later", "CREATE TABLE later (x)");
  const error = await run(w, { confirmDangerous: true }).then(() => null, (error) => error);
  assert.ok(error instanceof Failure);
  assert.deepEqual([error.kind, error.code], ["failed", "MIGRATION_FAILED"]);
  assert.match(
    error.message,
    /`0002_bad` failed at `server\/drizzle\/0002_bad\.sql`, line 4: no such table: agents/,
  );
  const { file, line, statement, sql, applied } = error.details!;
  assert.deepEqual({ file, line, statement, sql, applied }, {
    file: "server/drizzle/0002_bad.sql",
    line: 4,
    statement: 3,
    sql: "DROP TABLE agents",
    applied: ["0000_a", "0001_noop"],
  });
  const db = data(w);
  assert.deepEqual(
    db.prepare("SELECT name FROM es_system__db_migrations").all().map(({ name }) => name),
    ["0000_a", "0001_noop"],
  );
  assert.equal(
    db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('made', 'later')").get()?.n,
    0,
  );
  assert.equal(db.prepare("SELECT count(*) AS n FROM a").get()?.n, 0);
  db.close();
});

Deno.test("destructive statements need a yes, and say what they destroy", async () => {
  await using w = await world(
    `${A}\nexport const b = sqliteTable("b", { id: integer("id").primaryKey() });`,
  );
  await w.generate({ name: "a" });
  await run(w);
  const db = data(w);
  db.exec("INSERT INTO a VALUES (1, 'x'), (2, 'y')");
  db.close();
  await w.declare(A.replace(', n: text("n")', ""));
  await w.generate({ name: "less" });
  await byHand(w, "0002_more", "DELETE FROM a WHERE id = 1; ALTER TABLE a RENAME TO z;");
  const error = await run(w).then(() => null, (error) => error);
  assert.deepEqual([error.kind, error.code], ["failed", "DANGEROUS_MIGRATION"]);
  assert.match(error.hint, /db migrate --confirm-dangerous/);
  assert.deepEqual(
    error.details.dangerous.map(({ tag, destroys }: { tag: string; destroys: string }) =>
      `${tag}: ${destroys}`
    ),
    [
      "0001_less: table `b` (0 rows)",
      "0001_less: column `a.n` (2 rows)",
      "0002_more: some rows of `a` (2 rows)",
      "0002_more: the name of table `a`: running code that says `a` fails",
    ],
  );
  assert.deepEqual((await run(w, { dryRun: true })).dangerous.length, 4);
  assert.equal((await run(w, { confirmDangerous: true })).applied.length, 2);
});

Deno.test("our own rebuild is not dangerous; one that loses a column is", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  await run(w);
  await w.declare(A.replace('text("n")', 'text("n").notNull()'));
  await w.generate({ name: "required" });
  assert.deepEqual((await run(w)).applied.map(({ tag }) => tag), ["0001_required"]);
  await byHand(
    w,
    "0002_lossy",
    "CREATE TABLE __new_a (id integer PRIMARY KEY); INSERT INTO __new_a SELECT id FROM a; DROP TABLE a; ALTER TABLE __new_a RENAME TO a;",
  );
  const error = await run(w).then(() => null, (error) => error);
  assert.equal(error.code, "DANGEROUS_MIGRATION");
  assert.match(error.details.dangerous[0].destroys, /column `a\.n`/);
});

Deno.test("foreign SQL that would take children along is refused with their table", async () => {
  await using w = await world();
  await byHand(
    w,
    "0000_a",
    "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (id integer PRIMARY KEY, p integer REFERENCES p(id) ON DELETE CASCADE);",
  );
  await run(w);
  const db = data(w);
  db.exec("INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, 1)");
  db.close();
  await byHand(
    w,
    "0001_b",
    "PRAGMA foreign_keys=OFF; CREATE TABLE __new_p (id integer PRIMARY KEY, x); INSERT INTO __new_p (id) SELECT id FROM p; DROP TABLE p; ALTER TABLE __new_p RENAME TO p; PRAGMA foreign_keys=ON;",
  );
  const error = await run(w).then(() => null, (error) => error);
  assert.equal(error.code, "DANGEROUS_MIGRATION");
  assert.deepEqual(error.details.dangerous.map(({ destroys }: { destroys: string }) => destroys), [
    "2 of 2 rows of `c` that refer to the dropped table (id 1; id 2)",
  ]);
  const rehearsal = (await run(w, { dryRun: true })).rehearsal.find(({ table }) => table === "c")!;
  assert.deepEqual([rehearsal.before, rehearsal.after, rehearsal.lost], [2, 0, 2]);
  const kept = data(w);
  assert.equal(kept.prepare("SELECT count(*) AS n FROM c").get()?.n, 2);
  kept.close();
});

Deno.test("edited, renamed, deleted and unknown files are told apart", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  await run(w);
  const sql = await w.text("server/drizzle/0000_a.sql");
  await w.write("server/drizzle/0000_a.sql", `${sql}-- touched`);
  await assert.rejects(run(w), { code: "MIGRATION_EDITED", kind: "failed" });
  await w.write("server/drizzle/0000_renamed.sql", sql);
  await Deno.remove(join(w.project.migrations, "0000_a.sql"));
  const journal = "server/drizzle/meta/_journal.json";
  const text = await w.text(journal);
  await w.write(journal, text.replace("0000_a", "0000_renamed"));
  const { mended, applied } = await run(w);
  assert.deepEqual([mended, applied], [
    [{ kind: "rename", from: "0000_a", to: "0000_renamed" }],
    [],
  ]);
  await w.write(journal, text.replace(/"entries": \[[^]*\]/, '"entries": []'));
  await assert.rejects(run(w), { code: "MIGRATION_DELETED" });
});

Deno.test("what drizzle's own migrator applied is taken over", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  await withPlatform(w, (platform) => platform.database.ensureSystem());
  const { readMigrationFiles } = await import("drizzle-orm/migrator");
  const [file] = readMigrationFiles({ migrationsFolder: w.project.migrations });
  const db = data(w);
  for (const sql of file!.sql) db.exec(sql);
  db.prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)").run(
    file!.hash,
    file!.folderMillis,
  );
  db.close();
  const result = await run(w);
  assert.deepEqual([result.mended, result.applied], [[{
    kind: "adopt",
    tag: "0000_a",
    drizzleRow: 1,
  }], []]);
  assert.deepEqual((await run(w)).mended, []);
});

Deno.test("migrations may not end their transaction, reach beyond the file or change the platform's tables", async () => {
  const cases: [string, string][] = [
    ["CREATE TABLE x (a);\nCOMMIT;", "TRANSACTION_REFUSED"],
    ["SELECT 1;\nATTACH 'y' AS y;", "STATEMENT_REFUSED"],
    ["SELECT 1;\nPRAGMA journal_mode = DELETE;", "STATEMENT_REFUSED"],
    ["SELECT 1;\nDROP TABLE es_system__auth_user;", "SYSTEM_TABLE_REFUSED"],
    [
      "SELECT 1;\nWITH a AS (SELECT 1) UPDATE main.\"ES_system__auth_user\" SET name = 'x' WHERE 1;",
      "SYSTEM_TABLE_REFUSED",
    ],
    [
      "SELECT 1;\nCREATE TRIGGER t AFTER INSERT ON es_system__auth_user BEGIN SELECT 1; END;",
      "SYSTEM_TABLE_REFUSED",
    ],
    [
      "CREATE TABLE x (a);\nCREATE TRIGGER t AFTER INSERT ON x BEGIN DELETE FROM es_system__auth_session; END;",
      "SYSTEM_TABLE_REFUSED",
    ],
    ["SELECT 1;\nCREATE UNIQUE INDEX i ON `es_system__auth_user` (name);", "SYSTEM_TABLE_REFUSED"],
  ];
  for (const [sql, code] of cases) {
    await using w = await world();
    await byHand(w, "0000_x", sql);
    const error = await run(w, { confirmDangerous: true }).then(() => null, (error) => error);
    assert.equal(error?.code, "MIGRATION_REFUSED", sql);
    assert.deepEqual(
      error.details.findings.map((
        finding: { code: string; line: number },
      ) => [finding.code, finding.line]),
      [[code, 2]],
      sql,
    );
  }
  await using w = await world();
  await byHand(
    w,
    "0000_ok",
    "PRAGMA foreign_keys=OFF; CREATE TABLE x (u text REFERENCES es_system__auth_user(id)); INSERT INTO x SELECT id FROM es_system__auth_user; PRAGMA defer_foreign_keys = ON;",
  );
  assert.equal((await run(w)).applied.length, 1);
});

Deno.test("production migrates on the default branch only", async () => {
  await using w = await world(A);
  await w.generate({ name: "a" });
  const outside = await withPlatform(
    w,
    (platform) => migrate(w.system, w.project, platform, { dryRun: true }),
  );
  assert.match(outside.notes[0]!, /Not in a git repository/);
  const git = async (...args: string[]) => {
    const { success } = await new Deno.Command("git", {
      args: ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args],
      cwd: w.project.root,
      stdout: "null",
      stderr: "null",
    }).output();
    assert.ok(success, args.join(" "));
  };
  await git("init", "-b", "trunk");
  await git("commit", "--allow-empty", "-m", "x");
  assert.deepEqual(
    (await withPlatform(w, (platform) => migrate(w.system, w.project, platform, { dryRun: true })))
      .notes,
    [],
  );
  await git("branch", "main");
  const error = await withPlatform(w, (platform) => migrate(w.system, w.project, platform)).then(
    () => null,
    (error) => error,
  );
  assert.deepEqual([error.kind, error.code, error.details], ["failed", "WRONG_BRANCH", {
    branch: "trunk",
    wanted: "main",
  }]);
  const project = { ...w.project, config: { ...w.project.config, migrationBranch: "trunk" } };
  assert.equal(
    (await withPlatform(w, (platform) => migrate(w.system, project, platform))).applied.length,
    1,
  );
});
