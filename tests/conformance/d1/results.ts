import type { D1Binding } from "../../../lib/runtime/d1.ts";
import type { Group } from "./probe.ts";

/** The shape of a result: `meta` by its keys, and those of its values that are the same everywhere. */
export function shape(result: unknown): unknown {
  const { success, meta, results, ...rest } = result as {
    success: unknown;
    meta: Record<string, unknown>;
    results: unknown;
  };
  const { changes, last_row_id, changed_db } = meta;
  return {
    success,
    keys: Object.keys(meta).sort(),
    types: Object.fromEntries(Object.entries(meta).map(([key, value]) => [key, typeof value])),
    changes,
    last_row_id,
    changed_db,
    results,
    rest: Object.keys(rest),
  };
}

const write = (sql: string, ...values: unknown[]) => async (db: D1Binding) =>
  shape(await db.prepare(sql).bind(...values).run());

export const results: Group = {
  name: "results",
  tables: [
    "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE others (id INTEGER PRIMARY KEY, name TEXT, item INTEGER REFERENCES items (id) ON DELETE CASCADE)",
    "CREATE TABLE keyed (key TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE log (text)",
    "CREATE TRIGGER told AFTER INSERT ON others BEGIN INSERT INTO log VALUES (new.name); END",
  ],
  probes: [
    { name: "run: insert", ask: write("INSERT INTO items (name) VALUES ('a'), ('b')") },
    { name: "run: insert with a row id", ask: write("INSERT INTO items VALUES (10, 'c')") },
    { name: "run: update", ask: write("UPDATE items SET name = name || '!' WHERE id < 5") },
    { name: "run: update of nothing", ask: write("UPDATE items SET name = '' WHERE id = 99") },
    { name: "run: select", ask: write("SELECT id, name FROM items ORDER BY id") },
    { name: "run: select without rows", ask: write("SELECT id FROM items WHERE id = 99") },
    { name: "run: returning", ask: write("INSERT INTO items (name) VALUES (?) RETURNING *", "d") },
    {
      name: "run: a trigger counts",
      ask: write("INSERT INTO others (name, item) VALUES ('t', 10)"),
    },
    { name: "run: a cascade counts", ask: write("DELETE FROM items WHERE id = 10") },
    { name: "run: without row id", ask: write("INSERT INTO keyed VALUES ('k')") },
    { name: "run: replace", ask: write("REPLACE INTO items VALUES (1, 'again')") },
    { name: "run: conflict ignored", ask: write("INSERT OR IGNORE INTO items VALUES (1, 'x')") },
    { name: "all: shape", ask: async (db) => shape(await db.prepare("SELECT 1 AS one").all()) },
    {
      name: "all: two columns of one name",
      ask: async (db) => (await db.prepare("SELECT 1 AS a, 2 AS b, 3 AS a").all()).results,
    },
    {
      name: "all: order of columns with numbers for names",
      ask: async (db) =>
        Object.keys((await db.prepare('SELECT 1 AS b, 2 AS "1", 3 AS a').first<object>())!),
    },
    {
      name: "all: odd column names",
      ask: async (db) =>
        (await db.prepare('SELECT 1 AS "", 2, 3 AS "__proto__", 4 AS "a b"').all()).results,
    },
    { name: "raw: rows", ask: (db) => db.prepare("SELECT 1 AS a, 'x' AS a, x'01'").raw() },
    {
      name: "raw: rows with names",
      ask: (db) => db.prepare("SELECT 1 AS a, 'x' AS a").raw({ columnNames: true }),
    },
    { name: "raw: no rows", ask: (db) => db.prepare("SELECT 1 AS a WHERE 0").raw() },
    {
      name: "raw: no rows with names",
      ask: (db) => db.prepare("SELECT 1 AS a WHERE 0").raw({ columnNames: true }),
    },
    {
      name: "raw: a write with names",
      ask: (db) => db.prepare("UPDATE items SET name = '' WHERE 0").raw({ columnNames: true }),
    },
    {
      name: "first: a row",
      ask: (db) => db.prepare("SELECT id, name FROM items ORDER BY id").first(),
    },
    { name: "first: a column", ask: (db) => db.prepare("SELECT 1 AS a, 2 AS b").first("b") },
    {
      name: "first: a column that is null",
      ask: (db) => db.prepare("SELECT NULL AS a").first("a"),
    },
    { name: "first: no row", ask: (db) => db.prepare("SELECT 1 WHERE 0").first() },
    { name: "first: no row, a column", ask: (db) => db.prepare("SELECT 1 WHERE 0").first("a") },
    { name: "first: an unknown column", ask: (db) => db.prepare("SELECT 1 AS a").first("b") },
    {
      name: "first: an inherited name",
      ask: (db) => db.prepare("SELECT 1 AS a").first("toString"),
    },
    { name: "first: undefined", ask: (db) => db.prepare("SELECT 1 AS a").first(undefined) },
    {
      name: "first: runs the whole statement",
      async ask(db) {
        await db.prepare("INSERT INTO log VALUES ('1'), ('2') RETURNING text").first();
        return await db.prepare("SELECT count(*) AS n FROM log WHERE text IN ('1', '2')").first(
          "n",
        );
      },
    },
    {
      name: "a statement runs each time that it is asked",
      async ask(db) {
        const statement = db.prepare("INSERT INTO log VALUES (?)").bind("twice");
        await Promise.all([statement.run(), statement.run()]);
        return await db.prepare("SELECT count(*) AS n FROM log WHERE text = 'twice'").first("n");
      },
    },
    {
      name: "one connection sees what another call wrote",
      async ask(db) {
        await db.prepare("INSERT INTO log VALUES ('seen')").run();
        return await db.prepare("SELECT text FROM log WHERE text = 'seen'").raw();
      },
    },
  ],
};
