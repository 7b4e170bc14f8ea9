import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { LocalD1 } from "../../../../../lib/platform/local/app/d1.ts";
import { judgeAppSql } from "../../../../../lib/runtime/judge.ts";
import { guardBinding } from "../../../../../lib/runtime/sql_guard.ts";
import { SYSTEM_TABLES } from "../../../../../lib/schema/system_tables.ts";

async function withD1(
  test: (d1: LocalD1, file: string) => Promise<void>,
  wall = true,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "data.sqlite");
  const db = new DatabaseSync(file);
  for (const statement of SYSTEM_TABLES) db.exec(statement);
  db.exec("CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
  db.exec(
    "CREATE TABLE items (id INTEGER PRIMARY KEY, value, parent INTEGER REFERENCES parents(id))",
  );
  db.exec("CREATE VIRTUAL TABLE notes USING fts5(body)");
  db.close();
  const d1 = new LocalD1(file, { wall });
  try {
    await test(d1, file);
  } finally {
    d1.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("results and meta have D1's shapes", () =>
  withD1(async (d1) => {
    const insert = await d1.prepare("INSERT INTO items (value) VALUES (?), (?)").bind("a", "b")
      .run();
    assert.equal(insert.success, true);
    assert.deepEqual(insert.results, []);
    assert.equal(insert.meta.changes, 2);
    assert.equal(insert.meta.last_row_id, 2);
    assert.equal(insert.meta.changed_db, true);
    assert.ok(insert.meta.size_after > 0);
    assert.equal(typeof insert.meta.duration, "number");
    const returning = await d1.prepare("INSERT INTO items (value) VALUES ('c') RETURNING id, value")
      .all();
    assert.deepEqual(returning.results, [{ id: 3, value: "c" }]);
    assert.equal(returning.meta.changes, 1);
    const all = await d1.prepare("SELECT id, value FROM items WHERE id > ? ORDER BY id").bind(1)
      .all();
    assert.deepEqual(all.results, [{ id: 2, value: "b" }, { id: 3, value: "c" }]);
    assert.equal(all.meta.changes, 0);
    assert.equal(all.meta.changed_db, false);

    const first = d1.prepare("SELECT id, value FROM items ORDER BY id");
    assert.deepEqual(await first.first(), { id: 1, value: "a" });
    assert.equal(await first.first("value"), "a");
    await assert.rejects(first.first("nope"), /D1_COLUMN_NOTFOUND/);
    assert.equal(await d1.prepare("SELECT 1 WHERE 0").first(), null);
    const join = d1.prepare("SELECT a.id, b.id FROM items a JOIN items b ON b.id = a.id + 1");
    assert.deepEqual(await join.raw(), [[1, 2], [2, 3]]);
    assert.deepEqual((await join.raw({ columnNames: true }))[0], ["id", "id"]);
    const exec = await d1.exec(
      "INSERT INTO items (value) VALUES ('x')\nDELETE FROM items WHERE value = 'x'",
    );
    assert.equal(exec.count, 2);
    await assert.rejects(
      d1.exec("SELECT 1\nSELECT nope"),
      /^Error: D1_EXEC_ERROR: Error in line 1: SELECT 1: no such column: nope/,
    );
  }));

Deno.test("values are bound and given back as D1 does", () =>
  withD1(async (d1) => {
    const back = async (
      value: unknown,
    ) => (await d1.prepare("SELECT ? AS v").bind(value).first("v"));
    assert.equal(await back(1.5), 1.5);
    assert.equal(await back("text"), "text");
    assert.equal(await back(true), 1);
    assert.equal(await back(false), 0);
    assert.equal(await back(null), null);
    assert.equal(await back(NaN), null);
    assert.deepEqual(await back(new Uint8Array([1, 2]).buffer), [1, 2]);
    assert.deepEqual(await back(new Uint8Array([0, 1, 2]).subarray(1)), [1, 2]);
    assert.deepEqual(await back([3, 4]), [3, 4]);
    for (const value of [undefined, 1n, {}, [300], () => 1]) {
      await assert.rejects(async () => await back(value), /D1_TYPE_ERROR: Type '/);
    }
    assert.equal(
      await d1.prepare("SELECT 9223372036854775807 AS v").first("v"),
      9223372036854775807,
    );
    const big = await d1.prepare(
      "INSERT INTO items (value) VALUES (9223372036854775807) RETURNING value",
    ).all();
    assert.deepEqual(big.results, [{ value: 9223372036854775807 }]);
    assert.equal(await d1.prepare("SELECT count(*) AS n FROM items").first("n"), 1);
  }));

Deno.test("errors are worded as D1 words them", () =>
  withD1(async (d1) => {
    const message = async (sql: string, ...values: unknown[]) => {
      try {
        await d1.prepare(sql).bind(...values).run();
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    };
    await d1.prepare("INSERT INTO parents (name) VALUES ('a')").run();
    assert.equal(
      await message("INSERT INTO parents (name) VALUES (?)", "a"),
      "D1_ERROR: UNIQUE constraint failed: parents.name: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
    );
    assert.equal(
      await message("INSERT INTO items (parent) VALUES (99)"),
      "D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)",
    );
    assert.equal(
      await message("SELECT * FROM nope"),
      "D1_ERROR: no such table: nope: SQLITE_ERROR",
    );
    assert.equal(
      await message("SELECT 1", 1),
      "D1_ERROR: Wrong number of parameter bindings for SQL query.",
    );
    assert.equal(await message(" ; "), "D1_ERROR: SQL code did not contain a statement.");
    const many = Array.from({ length: 101 }, () => "?");
    assert.match(await message(`SELECT ${many}`, ...many) ?? "", /too many SQL variables/);
    assert.match(await message(`SELECT '${"x".repeat(100_001)}'`) ?? "", /too long: SQLITE_TOOBIG/);
  }));

Deno.test("a batch is all or nothing", () =>
  withD1(async (d1) => {
    const insert = d1.prepare("INSERT INTO parents (name) VALUES (?)");
    const done = await d1.batch([insert.bind("a"), d1.prepare("SELECT name FROM parents")]);
    assert.deepEqual(done[1]?.results, [{ name: "a" }]);
    await assert.rejects(d1.batch([insert.bind("b"), insert.bind("a")]), /UNIQUE/);
    assert.equal(await d1.prepare("SELECT count(*) AS n FROM parents").first("n"), 1);
    await d1.batch([insert.bind("b")]);
  }));

Deno.test("SQLite itself keeps statements off the schema and the system tables", () =>
  withD1(async (d1) => {
    for (
      const sql of [
        "CREATE TABLE x (a)",
        "DROP TABLE items",
        "ALTER TABLE items ADD COLUMN x",
        "PRAGMA writable_schema = 1",
        "ATTACH ':memory:' AS x",
        "BEGIN",
        "SAVEPOINT x",
        "VACUUM",
        "ANALYZE",
        "REINDEX",
        "UPDATE es_system__auth_user SET name = ''",
        "DELETE FROM __drizzle_migrations",
        "DELETE FROM sqlite_master",
      ]
    ) {
      await assert.rejects(d1.prepare(sql).run(), /D1_ERROR/, sql);
    }
    await d1.prepare("INSERT INTO notes (body) VALUES ('some words')").run();
    assert.equal(
      await d1.prepare("SELECT body FROM notes WHERE notes MATCH 'words'").first("body"),
      "some words",
    );
    assert.equal(await d1.prepare("SELECT count(*) AS n FROM es_system__auth_user").first("n"), 0);
    await d1.batch([d1.prepare("INSERT INTO items (value) VALUES (1)")]);
  }));

Deno.test("one statement makes no value that takes the memory of the process", () =>
  withD1(async (d1) => {
    const before = Deno.memoryUsage().rss;
    for (
      const value of [
        ...["randomblob(700000000)", "zeroblob(700000000)", "printf('%700000000d', 1)"],
        "replace(hex(zeroblob(900000)), '0', hex(zeroblob(900000)))",
        "(SELECT group_concat(hex(zeroblob(900000))) FROM (VALUES (1), (2), (3)))",
      ]
    ) {
      await assert.rejects(
        d1.prepare(`SELECT length(${value})`).all(),
        { message: "D1_ERROR: string or blob too big: SQLITE_TOOBIG" },
        value,
      );
    }
    assert.ok(Deno.memoryUsage().rss - before < 64 * 1024 * 1024);
  }));

Deno.test("the platform's own statements are not bound by the limits of an app", () =>
  withD1(async (d1) => {
    const long = "x".repeat(3_000_000);
    await d1.prepare("INSERT INTO items (value) VALUES (?)").bind(long).run();
    assert.equal(await d1.prepare("SELECT value FROM items").first("value"), long);
  }, false));

Deno.test("math functions are there", () =>
  withD1(async (d1) => {
    const row = await d1.prepare(
      "SELECT sqrt(16) a, pow(2, 10) b, ceil(1.2) c, floor(-1.2) d, log(100) e, log(2, 8) f, ln(1) g, mod(7, 4) h, round(pi(), 3) i, sqrt(-1) j, sqrt('x') k, trunc(-1.5) l",
    ).first();
    assert.deepEqual(row, {
      a: 4,
      b: 1024,
      c: 2,
      d: -2,
      e: 2,
      f: 3,
      g: 0,
      h: 3,
      i: 3.142,
      j: null,
      k: null,
      l: -1,
    });
  }));

Deno.test("a migration by another connection is seen, a lock of another is waited for", () =>
  withD1(async (d1, file) => {
    await d1.prepare("INSERT INTO items (value) VALUES ('a')").run();
    const select = () => d1.prepare("SELECT * FROM items").all();
    await select();
    const other = new DatabaseSync(file);
    other.exec("ALTER TABLE items ADD COLUMN extra DEFAULT 'e'");
    other.exec("ALTER TABLE items RENAME COLUMN value TO amount");
    assert.deepEqual((await select()).results, [{ id: 1, amount: "a", parent: null, extra: "e" }]);

    other.exec("BEGIN IMMEDIATE");
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    setTimeout(() => other.exec("COMMIT"), 300);
    const batch = d1.batch([d1.prepare("INSERT INTO items (amount) VALUES ('b')")]);
    await Promise.all([batch, d1.prepare("INSERT INTO items (amount) VALUES ('c')").run()]);
    clearInterval(timer);
    assert.ok(ticks > 3, `the event loop went on (${ticks})`);
    assert.equal((await select()).results.length, 3);
    other.close();
  }));

Deno.test("nothing that an app holds leads past the guard", () =>
  withD1(async (d1) => {
    await d1.prepare("INSERT INTO items (value) VALUES (1)").run();
    const guarded = guardBinding(d1, judgeAppSql);
    const statement = guarded.prepare("SELECT 1");
    const bound = statement.bind();
    assert.deepEqual(Reflect.ownKeys(statement), []);
    assert.equal(bound.constructor, undefined);
    for (const session of [guarded, guarded.withSession()]) {
      for (const sql of ["DELETE FROM items", "DROP TABLE items", "PRAGMA user_version"]) {
        const refused = session.prepare(sql);
        const runs = [
          () => refused.run(),
          () => refused.bind(1).all(),
          () => refused.first(),
          () => refused.raw(),
          () => session.batch([session.prepare("DELETE FROM items WHERE 1"), refused]),
        ];
        for (const run of runs) await assert.rejects(run, { code: "SQL_REFUSED" });
      }
      await assert.rejects(
        session.batch([{ sql: "DELETE FROM items" } as unknown as typeof statement]),
        /`prepare` of the same database/,
      );
    }
    await assert.rejects(guarded.exec("SELECT 1\nDELETE FROM items"), { code: "SQL_REFUSED" });
    const evasive = { toString: () => evasive.turn++ ? "DELETE FROM items" : "SELECT 1", turn: 0 };
    await guarded.prepare(evasive as unknown as string).all();
    assert.equal(await d1.prepare("SELECT count(*) AS n FROM items").first("n"), 1);
  }));

Deno.test("reads go on while another connection writes, also in a batch", () =>
  withD1(async (d1, file) => {
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE; INSERT INTO items (value) VALUES (1)");
    const [result] = await d1.batch([d1.prepare("SELECT count(*) AS n FROM items")]);
    assert.deepEqual(result?.results, [{ n: 0 }]);
    other.exec("COMMIT");
    other.close();
  }));

Deno.test("many shapes of SQL do not stay prepared for ever", () =>
  withD1(async (d1) => {
    for (let turn = 0; turn < 1200; turn++) {
      assert.equal(await d1.prepare(`SELECT ${turn} AS v`).first("v"), turn);
    }
    assert.equal(await d1.prepare("SELECT 3 AS v").first("v"), 3);
  }));
