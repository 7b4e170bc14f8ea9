import { asking, type Group } from "./probe.ts";

/**
 * What the SQL guard keeps from apps (decision 7), and D1 answers in its own way: definitions,
 * PRAGMA, transactions, files. The binding without the guard is what migrations and tools stand on.
 */
export const schemaChanges: Group = {
  name: "schema changes",
  tables: [
    "CREATE TABLE parents (id INTEGER PRIMARY KEY)",
    "CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id))",
  ],
  probes: [
    ...asking([
      "PRAGMA foreign_keys",
      "PRAGMA foreign_keys = OFF",
      "PRAGMA table_info(parents)",
      "PRAGMA table_list(parents)",
      "PRAGMA table_xinfo(parents)",
      "PRAGMA index_list(parents)",
      "PRAGMA foreign_key_list(children)",
      "PRAGMA foreign_key_check",
      "PRAGMA quick_check",
      "PRAGMA integrity_check",
      "PRAGMA optimize",
      "PRAGMA user_version",
      "PRAGMA user_version = 5",
      "PRAGMA journal_mode",
      "PRAGMA journal_mode = DELETE",
      "PRAGMA page_count",
      "PRAGMA page_size",
      "PRAGMA cache_size",
      "PRAGMA busy_timeout",
      "PRAGMA encoding",
      "PRAGMA database_list",
      "PRAGMA case_sensitive_like = ON",
      "PRAGMA recursive_triggers",
      "PRAGMA legacy_alter_table = ON",
      "PRAGMA ignore_check_constraints = ON",
      "PRAGMA writable_schema = ON",
      "PRAGMA trusted_schema",
      "PRAGMA synchronous = OFF",
      "PRAGMA compile_options",
      "PRAGMA function_list",
      "PRAGMA schema_version",
      "PRAGMA wal_checkpoint",
      "PRAGMA nonsense",
      "BEGIN",
      "BEGIN IMMEDIATE",
      "COMMIT",
      "END",
      "ROLLBACK",
      "SAVEPOINT a",
      "RELEASE a",
      "ATTACH ':memory:' AS other",
      "DETACH main",
      "VACUUM",
      "VACUUM INTO 'x.sqlite'",
      "ANALYZE",
      "REINDEX",
      "EXPLAIN SELECT 1 LIMIT 0",
      "CREATE TABLE made (a INTEGER PRIMARY KEY, b TEXT)",
      "CREATE TABLE made (a)",
      "CREATE TABLE sqlite_mine (a)",
      "CREATE TABLE _cf_mine (a)",
      "CREATE TEMP TABLE short (a)",
      "CREATE INDEX made_b ON made (b)",
      "ALTER TABLE made ADD COLUMN c DEFAULT 5",
      "ALTER TABLE made RENAME COLUMN c TO d",
      "ALTER TABLE made DROP COLUMN d",
      "ALTER TABLE made RENAME TO remade",
      "CREATE VIEW seen AS SELECT * FROM remade",
      "CREATE TRIGGER t AFTER INSERT ON remade BEGIN SELECT 1; END",
      "CREATE TABLE copied AS SELECT 1 AS one",
      "SELECT sql FROM sqlite_schema WHERE tbl_name = 'remade' ORDER BY name",
      "DELETE FROM copied",
      "DROP TABLE remade",
      "DROP TABLE nope",
      "DROP TABLE IF EXISTS nope",
      "UPDATE sqlite_schema SET sql = ''",
      "SELECT count(*) FROM sqlite_schema",
      "CREATE VIRTUAL TABLE area USING rtree(id, a, b)",
      "CREATE VIRTUAL TABLE old USING fts4(a)",
      "CREATE VIRTUAL TABLE free USING fts5(a)",
      "CREATE VIRTUAL TABLE near USING geopoly()",
      "CREATE VIRTUAL TABLE other USING nonsense(a)",
      "CREATE TEMP TRIGGER tt AFTER INSERT ON parents BEGIN SELECT 1; END",
    ]),
    {
      name: "foreign keys put off until the end of a batch",
      async ask(db) {
        await db.batch([
          db.prepare("PRAGMA defer_foreign_keys = ON"),
          db.prepare("INSERT INTO children (parent) VALUES (7)"),
          db.prepare("INSERT INTO parents VALUES (7)"),
        ]);
        return await db.prepare("SELECT parent FROM children").raw();
      },
    },
    {
      name: "putting off lasts for one batch",
      ask: (db) => db.prepare("INSERT INTO children (parent) VALUES (9)").run(),
    },
    {
      name: "a transaction inside a batch",
      ask: (db) => db.batch([db.prepare("BEGIN"), db.prepare("COMMIT")]),
    },
    {
      name: "a definition in a batch that fails is undone",
      async ask(db) {
        await db.batch([db.prepare("CREATE TABLE undone (a)"), db.prepare("SELECT nope")])
          .catch(() => {});
        return await db.prepare("SELECT name FROM sqlite_schema WHERE name = 'undone'").raw();
      },
    },
    {
      name: "a changed table is seen by a statement that ran before",
      async ask(db) {
        await db.exec("CREATE TABLE grows (a)");
        await db.exec("INSERT INTO grows VALUES (1)");
        const statement = db.prepare("SELECT * FROM grows");
        const before = await statement.all();
        await db.exec("ALTER TABLE grows ADD COLUMN b DEFAULT 2");
        return [before.results, (await statement.all()).results];
      },
    },
  ],
};
