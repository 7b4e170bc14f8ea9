import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { classify } from "../../../lib/schema/classify.ts";
import { splitStatements } from "../../../lib/schema/statements.ts";
import { tokenize } from "../../../lib/schema/tokens.ts";

const texts = (sql: string, breakpoints = false) =>
  splitStatements(sql, { breakpoints }).map(({ text }) => text);

Deno.test("splits at the semicolons that end statements, and at no other", () => {
  const cases: [string, string[]][] = [
    ["", []],
    [" ; ;\n-- only a comment;\n/* ; */", []],
    ["SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]],
    ["SELECT ';', \";\", `;`, [;] -- ;\n;SELECT /* ; */ 2;", [
      "SELECT ';', \";\", `;`, [;]",
      "SELECT /* ; */ 2",
    ]],
    ["SELECT 'it''s;'; SELECT 1", ["SELECT 'it''s;'", "SELECT 1"]],
    [
      "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END; SELECT 3",
      [
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END",
        "SELECT 3",
      ],
    ],
    ["create temp trigger if not exists t after insert on a begin select 1; end ; select 1", [
      "create temp trigger if not exists t after insert on a begin select 1; end",
      "select 1",
    ]],
    ["BEGIN; SELECT 1; END; SELECT 2", ["BEGIN", "SELECT 1", "END", "SELECT 2"]],
    ['SELECT "trigger" FROM t; CREATE TABLE trigger_log (a); SELECT 1', [
      'SELECT "trigger" FROM t',
      "CREATE TABLE trigger_log (a)",
      "SELECT 1",
    ]],
    ["\uFEFFSELECT 1", ["SELECT 1"]],
  ];
  for (const [sql, expected] of cases) assert.deepEqual(texts(sql), expected, sql);
});

Deno.test("a breakpoint ends a statement only where breakpoints count", () => {
  const sql = "SELECT 1--> statement-breakpoint\nSELECT 2;\n--> statement-breakpoint\nSELECT 3";
  assert.deepEqual(texts(sql, true), ["SELECT 1", "SELECT 2", "SELECT 3"]);
  assert.equal(texts(sql).length, 2);
  const trigger =
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN\nSELECT 1;\n--> statement-breakpoint\nEND--> statement-breakpoint\nSELECT 2";
  assert.equal(texts(trigger, true).length, 2);
});

Deno.test("says the line of a statement", () => {
  assert.deepEqual(
    splitStatements("-- a\n\nSELECT 1;\nSELECT\n2;\n  SELECT 3").map(({ line }) => line),
    [3, 4, 6],
  );
});

Deno.test("what SQLite cannot read is marked", () => {
  const bad = (sql: string) => tokenize(sql).some(({ kind }) => kind === "bad");
  for (
    const sql of [
      "SELECT 'x",
      'SELECT "x',
      "SELECT `x",
      "SELECT [x",
      "SELECT x'1'",
      "SELECT 1a",
      "SELECT \u0000",
      "SELECT ^",
      "SELECT {",
    ]
  ) {
    assert.equal(bad(sql), true, sql);
    assert.throws(() => new DatabaseSync(":memory:").prepare(sql), Error, sql);
  }
  for (
    const sql of [
      "SELECT x'0aFF'",
      "SELECT 1e5, .5, 5., 0x1F, 1_000",
      "SELECT ?1, :a, @b, $c::d(e)",
      "SELECT a->>'$.b' FROM (SELECT '{}' AS a)",
      "SELECT \u00e9 FROM (SELECT 1 AS \u00e9)",
    ]
  ) {
    assert.equal(bad(sql), false, sql);
    new DatabaseSync(":memory:").prepare(sql);
  }
});

Deno.test("says what a statement does, to what, and whether it names rows", () => {
  const cases: [string, string, string, string | null, boolean?][] = [
    ["select * from t", "dql", "SELECT", null],
    ["VALUES (1)", "dql", "VALUES", null],
    ["EXPLAIN DELETE FROM t", "dql", "EXPLAIN", null],
    ["DELETE FROM t", "dml", "DELETE", "t", false],
    ['delete from main."T x" as a where a.id = 1', "dml", "DELETE", "T x", true],
    ["DELETE FROM t RETURNING (SELECT 1 WHERE 1)", "dml", "DELETE", "t", false],
    [
      "WITH a AS (SELECT 1 WHERE 1), b(x) AS MATERIALIZED (SELECT 2) DELETE FROM t",
      "dml",
      "DELETE",
      "t",
      false,
    ],
    [
      "WITH RECURSIVE delete_ AS (SELECT 1) UPDATE OR IGNORE t SET a = 1 WHERE 1",
      "dml",
      "UPDATE",
      "t",
      true,
    ],
    ["WITH replace AS (SELECT 1) SELECT * FROM replace", "dql", "SELECT", null],
    ["INSERT OR REPLACE INTO [t] VALUES (1)", "dml", "INSERT", "t"],
    ["REPLACE INTO t VALUES (1)", "dml", "REPLACE", "t"],
    ["CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a)", "ddl", "CREATE INDEX", "i"],
    ["CREATE VIRTUAL TABLE f USING fts5(a)", "ddl", "CREATE TABLE", "f"],
    ["DROP TABLE IF EXISTS `t`", "ddl", "DROP TABLE", "t"],
    ["ALTER TABLE t DROP COLUMN a", "ddl", "ALTER TABLE DROP COLUMN", "t"],
    ["ALTER TABLE t DROP a", "ddl", "ALTER TABLE DROP COLUMN", "t"],
    ["ALTER TABLE t RENAME TO u", "ddl", "ALTER TABLE RENAME TO", "t"],
    ["ALTER TABLE t RENAME a TO b", "ddl", "ALTER TABLE RENAME COLUMN", "t"],
    ["ALTER TABLE t ADD a text", "ddl", "ALTER TABLE ADD COLUMN", "t"],
    ["PRAGMA main.table_info('t')", "pragma", "PRAGMA", "table_info"],
    ["SAVEPOINT x", "tcl", "SAVEPOINT", null],
    ["END", "tcl", "END", null],
    ["VACUUM INTO 'x'", "other", "VACUUM", null],
    ["ATTACH 'x' AS y", "other", "ATTACH", null],
    ["FOO BAR", "unknown", "FOO", null],
    ["WITH a AS SELECT 1", "unknown", "WITH", null],
  ];
  for (const [sql, kind, verb, target, where] of cases) {
    const info = classify(splitStatements(sql)[0]!);
    assert.deepEqual([info.kind, info.verb, info.target], [kind, verb, target], sql);
    if (where !== undefined) assert.equal(info.where, where, sql);
  }
});

Deno.test("knows columns, new names, the table of an index and the value of a pragma", () => {
  const of = (sql: string) => classify(splitStatements(sql)[0]!);
  assert.equal(of('ALTER TABLE t RENAME COLUMN "a b" TO `c`').column, "a b");
  assert.equal(of('ALTER TABLE t RENAME COLUMN "a b" TO `c`').to, "c");
  assert.equal(of("CREATE INDEX i ON main.t (a)").on, "t");
  assert.equal(of("CREATE TRIGGER x AFTER UPDATE OF a ON t BEGIN SELECT 1; END").on, "t");
  assert.equal(of("PRAGMA foreign_keys = OFF").to, "OFF");
  assert.equal(of("SELECT 'open").malformed, true);
});
