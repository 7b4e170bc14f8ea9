import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { openLocalDatabase } from "../../../../lib/platform/local/database.ts";
import { restorePointNames } from "../../../../lib/platform/local/restore_points.ts";
import { RowsLost, StatementRejected } from "../../../../lib/platform/migration_errors.ts";
import type { AppDatabase, MigrationToApply } from "../../../../lib/platform/app_database.ts";

async function opened(): Promise<
  { db: AppDatabase; file: string; restore: string; done(): Promise<void> }
> {
  const folder = await Deno.makeTempDir({ prefix: "edgespark-db-" });
  const file = join(folder, "local", "data.sqlite"), restore = join(folder, "restore");
  let now = Date.UTC(2026, 0, 2);
  const db = openLocalDatabase(file, restore, { now: () => now += 1000 });
  return {
    db,
    file,
    restore,
    async done() {
      db.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const migration = (tag: string, ...statements: string[]): MigrationToApply => ({
  tag,
  hash: `hash of ${tag}`,
  when: 1000,
  statements,
});

Deno.test("reading makes no file and sees empty system tables", async () => {
  const { db, file, done } = await opened();
  assert.deepEqual(await db.ledger(), []);
  assert.deepEqual(await db.query("SELECT id, email FROM es_system__auth_user"), {
    columns: ["id", "email"],
    rows: [],
    changes: 0,
  });
  await assert.rejects(db.query("CREATE TABLE x (a)"));
  await assert.rejects(Deno.stat(file));
  await done();
});

Deno.test("a migration and both ledger rows are one transaction with the same id", async () => {
  const { db, file, done } = await opened();
  await db.ensureSystem();
  await db.apply(migration("0000_a", "CREATE TABLE a (x)", "INSERT INTO a VALUES (1)"), {
    allowLoss: false,
  });
  await db.apply(migration("0001_b", "CREATE TABLE b (x)"), { allowLoss: false });
  const ledger = await db.ledger();
  assert.deepEqual(ledger.map(({ id, tag, hash, when }) => [id, tag, hash, when]), [
    [1, "0000_a", "hash of 0000_a", 1000],
    [2, "0001_b", "hash of 0001_b", 1000],
  ]);
  const raw = new DatabaseSync(file);
  assert.deepEqual(
    raw.prepare("SELECT id FROM __drizzle_migrations ORDER BY 1").all().map(({ id }) => id),
    [1, 2],
  );
  assert.equal(raw.prepare("PRAGMA journal_mode").get()?.journal_mode, "wal");
  raw.close();
  await done();
});

Deno.test("a statement that fails leaves nothing of its migration", async () => {
  const { db, done } = await opened();
  await db.ensureSystem();
  const failing = db.apply(
    migration("0000_a", "CREATE TABLE a (x)", "INSERT INTO nowhere VALUES (1)"),
    { allowLoss: false },
  );
  await assert.rejects(
    failing,
    (error) =>
      error instanceof StatementRejected && error.index === 1 &&
      /no such table: nowhere/.test(error.message),
  );
  assert.deepEqual(await db.ledger(), []);
  await assert.rejects(db.query("SELECT * FROM a"), /no such table/);
  await done();
});

Deno.test("a refused statement is told in SQLite's words alone, not with the statement again", async () => {
  const { db, done } = await opened();
  await db.ensureSystem();
  const table = "CREATE TABLE a (\n\tx text\n)";
  const failing = db.apply(migration("0000_a", table, table), { allowLoss: false });
  await assert.rejects(failing, { message: "table a already exists" });
  await done();
});

Deno.test("foreign keys are checked at the end, and the end can fail", async () => {
  const { db, done } = await opened();
  await db.ensureSystem();
  const tables = [
    "CREATE TABLE p (id integer PRIMARY KEY)",
    "CREATE TABLE c (p integer REFERENCES p(id))",
  ];
  await db.apply(
    migration("0000_a", ...tables, "INSERT INTO c VALUES (1)", "INSERT INTO p VALUES (1)"),
    { allowLoss: false },
  );
  const failing = db.apply(migration("0001_b", "INSERT INTO c VALUES (7)"), { allowLoss: false });
  await assert.rejects(
    failing,
    (error) =>
      error instanceof StatementRejected && error.index === null &&
      /`c` refers to missing rows of `p` \(1 rows\)/.test(error.message),
  );
  assert.deepEqual((await db.query("SELECT * FROM c")).rows, [{ p: 1 }]);
  await done();
});

Deno.test("a migration that takes rows or references along is undone, unless it may", async () => {
  const { db, done } = await opened();
  await db.ensureSystem();
  await db.apply(
    migration(
      "0000_a",
      "CREATE TABLE p (id integer PRIMARY KEY)",
      "CREATE TABLE c (p integer REFERENCES p(id) ON DELETE CASCADE)",
      "CREATE TABLE n (p integer REFERENCES p(id) ON DELETE SET NULL)",
      "INSERT INTO p VALUES (1), (2)",
      "INSERT INTO c VALUES (1), (1), (2)",
      "INSERT INTO n VALUES (1)",
    ),
    { allowLoss: false },
  );
  const rebuild = migration(
    "0001_b",
    "PRAGMA foreign_keys=OFF",
    "CREATE TABLE q (id integer PRIMARY KEY)",
    "INSERT INTO q SELECT * FROM p",
    "DROP TABLE p",
    "ALTER TABLE q RENAME TO p",
  );
  await assert.rejects(db.apply(rebuild, { allowLoss: false }), (error) => {
    assert.ok(error instanceof RowsLost);
    assert.deepEqual(error.losses, [
      { table: "c", column: null, before: 3, after: 0 },
      { table: "n", column: "p", before: 1, after: 0 },
    ]);
    return true;
  });
  assert.equal((await db.query("SELECT * FROM c")).rows.length, 3);
  await db.apply(rebuild, { allowLoss: true });
  assert.equal((await db.query("SELECT * FROM c")).rows.length, 0);
  await done();
});

Deno.test("rows of drizzle's own migrator are seen and adopted, renamed files re-keyed", async () => {
  const { db, file, done } = await opened();
  await db.ensureSystem();
  const raw = new DatabaseSync(file);
  raw.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('h1', 5), ('h2', 6)");
  raw.close();
  assert.deepEqual(
    (await db.ledger()).map(({ tag, hash, drizzleRow }) => [tag, hash, drizzleRow]),
    [[null, "h1", 1], [null, "h2", 2]],
  );
  await db.mend([{ kind: "adopt", tag: "0000_a", drizzleRow: 1 }, {
    kind: "adopt",
    tag: "0001_b",
    drizzleRow: 2,
  }]);
  await db.mend([{ kind: "rename", from: "0001_b", to: "0001_c" }]);
  assert.deepEqual((await db.ledger()).map(({ id, tag, hash, when }) => [id, tag, hash, when]), [[
    1,
    "0000_a",
    "h1",
    5,
  ], [2, "0001_c", "h2", 6]]);
  await done();
});

Deno.test("queries answer columns, plain rows and big numbers; writes count what they changed", async () => {
  const { db, done } = await opened();
  await db.ensureSystem();
  const [, insert, update] = await db.write([
    { sql: "CREATE TABLE t (a integer PRIMARY KEY, b)" },
    { sql: "INSERT INTO t VALUES (?, ?), (2, x'01')", params: [1, 9007199254740993n] },
    { sql: "UPDATE t SET b = ? WHERE a = 1 RETURNING a, b", params: [true] },
  ]);
  assert.equal(insert!.changes, 2);
  assert.deepEqual(update, { columns: ["a", "b"], rows: [{ a: 1, b: 1 }], changes: 1 });
  await db.write([{ sql: "UPDATE t SET b = 9007199254740993 WHERE a = 1" }]);
  const { rows, changes } = await db.query("SELECT * FROM t ORDER BY a");
  assert.deepEqual([rows, changes], [[{ a: 1, b: 9007199254740993n }, {
    a: 2,
    b: new Uint8Array([1]),
  }], 0]);
  await assert.rejects(db.query("SELECT ?", [{}]), { code: "PARAMETER_TYPE" });
  await assert.rejects(
    db.write([{ sql: "INSERT INTO t VALUES (5, 5)" }, { sql: "INSERT INTO t VALUES (5, 5)" }]),
    /UNIQUE/,
  );
  assert.equal((await db.query("SELECT * FROM t")).rows.length, 2);
  await done();
});

Deno.test("restore points are consistent copies, and five are kept", async () => {
  const { db, restore, done } = await opened();
  await db.ensureSystem();
  const names: string[] = [];
  for (let turn = 0; turn < 7; turn++) {
    await db.write([{ sql: `CREATE TABLE t${turn} (a)` }]);
    names.push((await db.restorePoint("migrate"))!);
  }
  assert.deepEqual(restorePointNames(restore), names.slice(2));
  assert.match(names[0]!, /^20260102T\d{9}Z_migrate$/);
  const copy = new DatabaseSync(join(restore, `${names[3]}.sqlite`), { readOnly: true });
  const tables = copy.prepare("SELECT name FROM sqlite_schema WHERE name GLOB 't[0-9]' ORDER BY 1")
    .all().map(({ name }) => name);
  assert.deepEqual(tables, ["t0", "t1", "t2", "t3"]);
  copy.close();
  assert.deepEqual([...Deno.readDirSync(restore)].filter(({ name }) => name.startsWith(".")), []);
  await done();
});

Deno.test("migrations are applied while another connection reads and writes", async () => {
  const { db, file, done } = await opened();
  await db.ensureSystem();
  await db.apply(migration("0000_a", "CREATE TABLE a (x)"), { allowLoss: false });
  const app = new DatabaseSync(file);
  app.exec("PRAGMA busy_timeout = 5000");
  const insert = app.prepare("INSERT INTO a (x) VALUES (?)");
  insert.run(1);
  await db.apply(migration("0001_b", "ALTER TABLE a ADD COLUMN y", "UPDATE a SET y = x"), {
    allowLoss: false,
  });
  insert.run(2);
  assert.deepEqual(app.prepare("SELECT * FROM a ORDER BY x").all().map((row) => ({ ...row })), [{
    x: 1,
    y: 1,
  }, { x: 2, y: null }]);
  app.close();
  await done();
});

Deno.test("a file that is no database, and a folder that cannot be written, say so", async () => {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "data.sqlite");
  await Deno.writeTextFile(
    file,
    "this is no database, but long enough to be read as one ".repeat(40),
  );
  const db = openLocalDatabase(file, join(folder, "restore"));
  await assert.rejects(db.query("SELECT 1 FROM sqlite_schema"), { code: "DATABASE_CORRUPT" });
  await assert.rejects(db.ensureSystem(), { code: "DATABASE_CORRUPT" });
  const blocked = openLocalDatabase(join(file, "below", "data.sqlite"), folder);
  await assert.rejects(blocked.ensureSystem(), { code: "DATABASE_UNWRITABLE" });
  await Deno.remove(folder, { recursive: true });
});
