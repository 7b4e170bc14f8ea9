import type { Group, Probe } from "./probe.ts";

const running = (texts: string[]): Probe[] =>
  texts.map((sql) => ({ name: sql, ask: async (db) => (await db.prepare(sql).all()).results }));

export const errors: Group = {
  name: "errors",
  tables: [
    "CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT UNIQUE, age INTEGER CHECK (age > 0), mail TEXT NOT NULL DEFAULT '')",
    "CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id))",
    "CREATE TABLE pairs (a, b, PRIMARY KEY (a, b))",
    "CREATE TABLE exact (i INTEGER, t TEXT) STRICT",
    "CREATE TABLE made (a INTEGER, b AS (a * 2))",
    "CREATE VIEW seen AS SELECT id FROM parents",
    "CREATE TRIGGER stop BEFORE DELETE ON pairs BEGIN SELECT raise(ABORT, 'pairs stay'); END",
    "INSERT INTO parents (id, name) VALUES (1, 'a')",
    "INSERT INTO children VALUES (1, 1)",
    "INSERT INTO pairs VALUES (1, 1)",
  ],
  probes: [
    ...running([
      "INSERT INTO parents (name) VALUES ('a')",
      "INSERT INTO parents (id) VALUES (1)",
      "INSERT INTO pairs VALUES (1, 1)",
      "INSERT INTO parents (age) VALUES (-1)",
      "INSERT INTO parents (mail) VALUES (NULL)",
      "INSERT INTO children (parent) VALUES (99)",
      "DELETE FROM parents WHERE id = 1",
      "DELETE FROM pairs WHERE a = 1",
      "INSERT INTO exact VALUES ('x', 'y')",
      "INSERT INTO parents (id) VALUES ('x')",
      "INSERT INTO made (b) VALUES (1)",
      "INSERT INTO seen VALUES (1)",
      "INSERT INTO parents (id, name) VALUES (1)",
      "SELECT * FROM nope",
      "SELECT nope FROM parents",
      "SELECT nope(1)",
      "SELECT abs(1, 2)",
      "SELECT parents.id FROM parents, children WHERE id = 1",
      "SELEC 1",
      "SELECT",
      "SELECT (",
      "SELECT 'open",
      "SELECT 1 FROM",
      'SELECT * FROM parents WHERE name = "nobody"',
      "SELECT json('{')",
      "SELECT abs(-9223372036854775808)",
      "SELECT sum(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1)",
      "SELECT 1 UNION SELECT 1, 2",
      "SELECT 1 ORDER BY 5",
      "SELECT raise(ABORT, 'x')",
      "SELECT count(*) FROM parents WHERE count(*) > 1",
      "INSERT INTO parents (id) VALUES (2) ON CONFLICT (mail) DO NOTHING",
      "",
      " ",
      ";",
      " ;; ",
      "-- only a comment",
      "/* only a comment */",
      "SELECT 1;",
      "SELECT 1 AS one; ",
      "SELECT 1 AS one; -- over",
      "SELECT 1 AS one; SELECT 2 AS two",
      "SELECT 1; SELECT nope",
      "INSERT INTO pairs VALUES (7, 7); INSERT INTO pairs VALUES (8, 8)",
      "-- first\nSELECT 1 AS one",
      "/* first */ SELECT /* inside */ 1 AS one -- last",
      "SELECT 1 AS one;;",
    ]),
    {
      name: "prepare says nothing of bad SQL",
      ask: (db) => typeof db.prepare("nonsense").bind(1),
    },
    {
      name: "of two statements in one text all run",
      ask: (db) => db.prepare("SELECT a FROM pairs WHERE a > 6 ORDER BY a").raw(),
    },
    {
      name: "first, raw and run fail alike",
      async ask(db) {
        const statement = db.prepare("SELECT * FROM nope");
        const words: string[] = [];
        for (
          const work of [() => statement.first(), () => statement.raw(), () => statement.run()]
        ) {
          await work().catch((error: Error) => words.push(`${error.name}: ${error.message}`));
        }
        return words;
      },
    },
    {
      name: "two values for one parameter of a write",
      ask: (db) => db.prepare("INSERT INTO pairs VALUES (?, ?)").bind(1, 2, 3).run(),
    },
  ],
};
