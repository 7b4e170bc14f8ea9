import type { Group, Probe } from "./probe.ts";

const executing = (texts: string[]): Probe[] =>
  texts.map((sql) => ({
    name: `exec: ${sql}`,
    async ask(db) {
      const { count, duration, ...rest } = await db.exec(sql);
      return { count, duration: typeof duration, rest };
    },
  }));

export const execs: Group = {
  name: "execs",
  tables: ["CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE)"],
  probes: [
    ...executing([
      "INSERT INTO notes (text) VALUES ('one')",
      "INSERT INTO notes (text) VALUES ('two')\nINSERT INTO notes (text) VALUES ('three')",
      "INSERT INTO notes (text) VALUES ('four');\nINSERT INTO notes (text) VALUES ('five');\n",
      "INSERT INTO notes (text) VALUES ('six'); INSERT INTO notes (text) VALUES ('seven')",
      "SELECT * FROM notes",
      "SELECT 1\n\nSELECT 2",
      "-- a comment\nSELECT 1",
      "SELECT 1 -- a comment",
      "SELECT\n1",
      "INSERT INTO notes (text) VALUES ('eight')\nSELECT nope",
      "INSERT INTO notes (text) VALUES ('nine')\nINSERT INTO notes (text) VALUES ('one')\nSELECT 1",
      "",
      "  \n ",
      "-- only a comment",
      "SELECT ?",
      "nonsense",
    ]),
    { name: "what exec left", ask: (db) => db.prepare("SELECT text FROM notes ORDER BY id").raw() },
  ],
};
