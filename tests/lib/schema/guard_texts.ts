import type { Random } from "../../support/random.ts";

const TABLES = [
  "posts",
  "kids",
  "es_system__auth_user",
  "ES_SYSTEM__auth_user",
  "es_system__db_migrations",
  "__drizzle_migrations",
  "sqlite_sequence",
  "trigger_log",
  "feed",
];
const EXPRESSIONS = [
  "1",
  "NULL",
  "'it''s; DROP TABLE posts'",
  "';'",
  '"id"',
  "x'00'",
  "?",
  "?2",
  ":a",
  "@b",
  "$c",
  "$d::e(f)",
  "$g(')')",
  "#h",
  "1e3",
  ".5",
  "0xff",
  "1_000",
  "(SELECT max(id) FROM posts WHERE id > 0)",
  "CASE WHEN 1 THEN 'END' ELSE 2 END",
  "count(*) FILTER (WHERE id > 1)",
  "id IN (SELECT id FROM kids WHERE 1)",
  "EXISTS (SELECT 1 WHERE 1)",
  "title ->> '$.a'",
  "(((1)))",
  "'--'",
  "'/*'",
  "cast(id AS text)",
  "row_number() OVER (ORDER BY id)",
  "`title`",
  "[id]",
  "id BETWEEN 1 AND 2",
  "'\u00e9\u{1F600}'",
  "posts.id",
  "load_extension('x')",
  "RAISE(ROLLBACK, 'x')",
];
const TAILS = [
  "",
  "",
  "",
  " WHERE id = 1",
  " WHERE 0",
  " RETURNING id",
  " RETURNING (SELECT 1 WHERE 1)",
  " WHERE id = 2 RETURNING *",
  ' RETURNING id AS "where"',
  " LIMIT 1",
  " ORDER BY id",
  " INDEXED BY posts_title",
  " NOT INDEXED",
  " AS a",
  " AS a WHERE a.id = 1",
  " RETURNING $a(\u00a0')  ') WHERE 1 OR ' '",
  " -- WHERE 1",
  " /* WHERE 1 */",
  " RETURNING 'x' WHERE",
  " RETURNING count(*) FILTER (WHERE 1)",
];
const PREFIXES = [
  "",
  "",
  "",
  "",
  "WITH a AS (SELECT 1 WHERE 1) ",
  "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a WHERE x < 3) ",
  "WITH a AS MATERIALIZED (VALUES (1)), b AS NOT MATERIALIZED (SELECT 2) ",
  "EXPLAIN ",
  "EXPLAIN QUERY PLAN ",
  "WITH \"delete\" AS (SELECT ')') ",
  "WITH a AS (DELETE FROM posts RETURNING id) ",
  "WITH es_system__auth_user AS (SELECT 1 AS id) ",
];

const OTHERS = [
  "BEGIN",
  "BEGIN IMMEDIATE TRANSACTION",
  "COMMIT",
  "END",
  "ROLLBACK",
  "SAVEPOINT a",
  "RELEASE a",
  "ROLLBACK TO a",
  "PRAGMA user_version = 7",
  "PRAGMA main.table_info('posts')",
  "PRAGMA optimize",
  "ATTACH ':memory:' AS b",
  "DETACH b",
  "VACUUM",
  "VACUUM INTO 'x'",
  "ANALYZE",
  "REINDEX",
  "CREATE TABLE z (a)",
  "CREATE TEMP TABLE z AS SELECT 1",
  "CREATE VIEW z AS SELECT 1",
  "CREATE INDEX z ON posts (id)",
  "DROP TABLE posts",
  "DROP VIEW feed",
  "DROP INDEX posts_title",
  "DROP TRIGGER log_kids",
  "ALTER TABLE posts RENAME TO z",
  "ALTER TABLE posts ADD COLUMN z",
  "ALTER TABLE posts DROP COLUMN title",
  "CREATE TRIGGER z AFTER INSERT ON posts BEGIN SELECT 1; DELETE FROM kids; END",
  "CREATE TEMP TRIGGER z AFTER UPDATE OF title ON posts WHEN 1 BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END",
  "SELECT * FROM pragma_optimize",
  "SELECT * FROM pragma_table_info('posts')",
  "SELECT * FROM 'pragma_journal_mode'",
  "SELECT name FROM sqlite_schema",
  "VALUES (1), (2)",
  "SELECT 1 UNION SELECT 2 ORDER BY 1 LIMIT 3",
  "SELECT * FROM (SELECT * FROM (SELECT 1))",
  "CREATE VIRTUAL TABLE z USING fts5(a)",
];

/** One statement, allowed or not, well-formed more often than not. */
export function statementText(random: Random): string {
  if (random.chance(0.2)) return random.pick(PREFIXES) + random.pick(OTHERS);
  const table = random.chance(0.2) ? `main.${name(random)}` : name(random);
  const value = () => random.pick(EXPRESSIONS);
  const verb = random.pick([
    () => `SELECT ${value()}, ${value()} FROM ${table}`,
    () => `SELECT ${value()}`,
    () => `DELETE FROM ${table}`,
    () => `DELETE FROM ${table}`,
    () => `UPDATE ${random.pick(["", "OR IGNORE ", "OR ROLLBACK "])}${table} SET id = ${value()}`,
    () => `UPDATE ${table} SET id = 1 FROM kids AS k`,
    () =>
      `INSERT ${
        random.pick(["", "OR REPLACE ", "OR ABORT "])
      }INTO ${table} (id) VALUES (${value()})`,
    () => `INSERT INTO ${table} DEFAULT VALUES`,
    () =>
      `INSERT INTO ${table} (id) SELECT ${value()} FROM kids WHERE 1 ON CONFLICT DO UPDATE SET id = 3`,
    () => `REPLACE INTO ${table} (id) VALUES (${value()})`,
  ]);
  return random.pick(PREFIXES) + verb() + random.pick(TAILS);
}

/** A table's name, bare or in one of the four kinds of quotes. */
function name(random: Random): string {
  const table = random.pick(TABLES);
  return random.pick([table, table, `"${table}"`, `\`${table}\``, `[${table}]`, `'${table}'`]);
}

const GLUE = [
  ";",
  "; ",
  ";;",
  ";\n",
  "; -- x\n",
  ";/* ; */",
  "\0;",
  ";\0",
  " ",
  "\n",
  ";\ufeff",
  "\ufeff;",
  ";\u00a0",
  " /*",
  "-- \n;",
  "--\0\n",
  "/*\0*/",
  "';'",
  '";"',
  "];[",
  "$a(;)",
  "$a(\u00a0;)",
  "x';'",
  ";END;",
  " END; ",
  ";BEGIN;",
  ")",
  "(;",
  ";\v",
  "\r;",
  ";)",
  "`;`",
  "--> statement-breakpoint\n",
];
const COMMENTS = [
  "/**/",
  "/* ; */",
  "-- ;\n",
  "/*/ ; */",
  "--\r\n",
  "/* -- */",
  "-- /*\n",
  "/* ' */",
  "-- '\n",
  "--\n",
  "/* \0 */",
  "-- \0\n",
  "/*",
  "--",
  "/*\u2028*/",
  "--\u2028",
  "--\r",
];
const SPACES = [" ", "\t", "\n", "\r", "\f", "\v", "\u00a0", "\ufeff", "\u2028", "\u3000", ""];
const NASTY = [
  "'",
  '"',
  "`",
  "[",
  "]",
  "(",
  ")",
  ";",
  "-",
  "/",
  "*",
  "\0",
  "\n",
  "$",
  ":",
  "@",
  "#",
  "?",
  ".",
  ",",
  "x'",
  "||",
  "->>",
  "\\",
  "\u00a0",
  "\ufeff",
  "\ud800",
  "\u{1F600}",
  "^",
  "{",
  "_",
  "0x",
  "1e",
  "END",
  "WHERE",
  "where 1",
  "BEGIN",
  "TRIGGER",
  "AS",
];
const TWINS: Record<string, string> = {
  s: "\u017f",
  S: "\u017f",
  i: "\u0131",
  I: "\u0130",
  k: "\u212a",
  K: "\u212a",
  e: "\u0435",
  fi: "\ufb01",
  st: "\ufb06",
};

/** A text of one to three statements, bent out of shape. */
export function guardText(random: Random): string {
  let text = statementText(random);
  while (random.chance(0.35)) text += random.pick(GLUE) + statementText(random);
  const turns = random.below(4);
  for (let turn = 0; turn < turns; turn++) text = random.pick(MUTATIONS)(text, random);
  return random.chance(0.2) ? text + random.pick([";", ";;", " ; ", "-- end", ";--", ";/*"]) : text;
}

const MUTATIONS: ((text: string, random: Random) => string)[] = [
  (text, random) =>
    [...text].map((char) => random.chance(0.5) ? char.toUpperCase() : char.toLowerCase()).join(""),
  (text, random) => at(text, random, / /g, () => random.pick(COMMENTS)),
  (text, random) => at(text, random, / /g, () => ` ${random.pick(COMMENTS)} `),
  (text, random) => at(text, random, / /g, () => random.pick(SPACES)),
  (text, random) => at(text, random, /[sike]|fi|st/gi, (found) => TWINS[found] ?? found),
  (text, random) => insert(text, random, random.pick(NASTY)),
  (text, random) => insert(text, random, random.pick(COMMENTS)),
  (text, random) => insert(text, random, random.pick(GLUE)),
  (text, random) => {
    const from = random.below(text.length + 1);
    return text.slice(0, from) + text.slice(from + 1 + random.below(4));
  },
  (text, random) => {
    const from = random.below(text.length + 1);
    return insert(text, random, text.slice(from, from + random.below(12)));
  },
  (text, random) =>
    at(
      text,
      random,
      /\b[a-z_]+\b/gi,
      (found) => random.pick([`"${found}"`, `'${found}'`, `[${found}]`, `(${found})`]),
    ),
  (text, random) =>
    `CREATE TRIGGER z AFTER INSERT ON posts BEGIN ${text}; END${
      random.pick(["", ";", "; SELECT 1", "; DROP TABLE posts"])
    }`,
  (text, random) =>
    `SELECT ${"(".repeat(1 + random.below(40))}1${")".repeat(1 + random.below(40))}; ${text}`,
];

function at(
  text: string,
  random: Random,
  pattern: RegExp,
  change: (found: string) => string,
): string {
  const places = [...text.matchAll(pattern)];
  if (places.length === 0) return text;
  const place = random.pick(places);
  return text.slice(0, place.index) + change(place[0]) + text.slice(place.index + place[0].length);
}

function insert(text: string, random: Random, part: string): string {
  const place = random.below(text.length + 1);
  return text.slice(0, place) + part + text.slice(place);
}
