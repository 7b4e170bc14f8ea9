import { type Group, outcome } from "./probe.ts";
import { shape } from "./results.ts";

const names =
  "SELECT group_concat(name, ',') AS all_names FROM (SELECT name FROM people ORDER BY id)";

export const batches: Group = {
  name: "batches",
  tables: [
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT UNIQUE)",
    "CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people (id))",
  ],
  probes: [
    {
      name: "results in order, with their shapes",
      async ask(db) {
        const insert = db.prepare("INSERT INTO people (name) VALUES (?)");
        const done = await db.batch([
          insert.bind("a"),
          db.prepare("SELECT name FROM people"),
          insert.bind("b"),
          db.prepare("INSERT INTO people (name) VALUES ('c') RETURNING id, name"),
          db.prepare("SELECT count(*) AS n FROM people"),
        ]);
        return done.map(shape);
      },
    },
    { name: "nothing", ask: (db) => db.batch([]) },
    {
      name: "an error in the middle",
      ask: (db) =>
        db.batch([
          db.prepare("INSERT INTO people (name) VALUES ('d')"),
          db.prepare("INSERT INTO people (name) VALUES ('a')"),
          db.prepare("INSERT INTO people (name) VALUES ('e')"),
        ]),
    },
    { name: "after an error in the middle", ask: (db) => db.prepare(names).first() },
    {
      name: "SQL that is none in the middle",
      ask: (db) =>
        db.batch([db.prepare("INSERT INTO people (name) VALUES ('f')"), db.prepare("nonsense")]),
    },
    {
      name: "an empty text in the middle",
      async ask(db) {
        const done = await db.batch([
          db.prepare("SELECT 1 AS a"),
          db.prepare(""),
          db.prepare("SELECT 2 AS a"),
        ]);
        return done.map(({ results }) => results);
      },
    },
    {
      name: "wrong parameters in the middle",
      ask: (db) =>
        db.batch([
          db.prepare("INSERT INTO people (name) VALUES ('g')"),
          db.prepare("SELECT 1").bind(1),
        ]),
    },
    {
      name: "a foreign key is looked at after each statement",
      ask: (db) =>
        db.batch([
          db.prepare("INSERT INTO pets (owner) VALUES (50)"),
          db.prepare("INSERT INTO people (id, name) VALUES (50, 'late')"),
        ]),
    },
    {
      name: "the same statement twice",
      async ask(db) {
        const statement = db.prepare("INSERT INTO people (name) VALUES (?)").bind("twice");
        return await outcome(() => db.batch([statement, statement]));
      },
    },
    {
      name: "two batches at once",
      async ask(db) {
        const batch = (name: string) =>
          db.batch([
            db.prepare("INSERT INTO people (name) VALUES (?)").bind(name),
            db.prepare("UPDATE people SET name = name || '!' WHERE name = ?").bind(name),
          ]);
        await Promise.all([batch("x"), batch("y"), batch("z")]);
        return await db.prepare(names).first();
      },
    },
    {
      name: "two hundred statements",
      async ask(db) {
        const statement = db.prepare("INSERT INTO people (name) VALUES (?) RETURNING name");
        const done = await db.batch(
          Array.from({ length: 200 }, (_, at) => statement.bind(`n${at}`)),
        );
        return [done.length, done.at(-1)!.results, done.every(({ success }) => success)];
      },
    },
  ],
};
