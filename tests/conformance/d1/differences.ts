import { GROUPS } from "./groups.ts";

/** Where our binding answers otherwise than D1, on purpose or because it cannot. */
export interface Difference {
  group: string;
  probes: string[];
  /** What of ours shows it: a part of the observation as JSON. */
  ours: RegExp;
  why: string;
}

const definitions = GROUPS.find(({ name }) => name === "schema changes")!.probes
  .map(({ name }) => name);

/** The whole table; docs/runtime.md says the same in words. A row that no longer differs fails the suite. */
export const DIFFERENCES: Difference[] = [
  {
    group: "schema changes",
    probes: definitions.filter((name) => /^(CREATE|ALTER|DROP)/.test(name)),
    ours: /SQL refused: .* use migrations/,
    why: "the guard: the schema changes by migrations alone",
  },
  {
    group: "schema changes",
    probes: definitions.filter((name) =>
      /^(PRAGMA|ANALYZE|REINDEX|ATTACH|DETACH|VACUUM|EXPLAIN)/.test(name)
    ),
    ours: /SQL refused: .* is not supported/,
    why: "the guard: no PRAGMA, ATTACH, VACUUM, ANALYZE, EXPLAIN",
  },
  {
    group: "schema changes",
    probes: [
      ...definitions.filter((name) => /^(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)/.test(name)),
      "a transaction inside a batch",
    ],
    ours: /SQL refused: .* use `db\.batch/,
    why: "both refuse transactions; the guard's words name the way out",
  },
  {
    group: "schema changes",
    probes: ["DELETE FROM copied"],
    ours: /SQL refused: DELETE without WHERE/,
    why: "the guard: DELETE needs a WHERE",
  },
  {
    group: "schema changes",
    probes: ["foreign keys put off until the end of a batch"],
    ours: /SQL refused: PRAGMA/,
    why: "the guard: no PRAGMA defer_foreign_keys; write parents before children",
  },
  {
    group: "schema changes",
    probes: ["a changed table is seen by a statement that ran before"],
    ours: /SQL refused: CREATE/,
    why: "the guard; a test of the binding shows the same with a migration",
  },
  {
    group: "schema changes",
    probes: [
      "SELECT sql FROM sqlite_schema WHERE tbl_name = 'remade' ORDER BY name",
      "SELECT count(*) FROM sqlite_schema",
    ],
    ours: /./,
    why: "the tables that D1 made here were refused by the guard",
  },
  {
    group: "schema changes",
    probes: ["UPDATE sqlite_schema SET sql = ''"],
    ours: /may not be modified|refused/,
    why: "both refuse; the words differ",
  },
  {
    group: "language",
    probes: ["EXPLAIN QUERY PLAN SELECT * FROM people WHERE id = 1"],
    ours: /SQL refused: EXPLAIN/,
    why: "the guard: no EXPLAIN; `edgespark db sql` has it",
  },
  {
    group: "language",
    probes: ["VALUES (1), (2)"],
    ours: /SQL refused: VALUES/,
    why: "the guard's allow-list has no bare VALUES; write SELECT * FROM (VALUES ...)",
  },
  {
    group: "errors",
    probes: [
      "SELECT 1 AS one; SELECT 2 AS two",
      "SELECT 1; SELECT nope",
      "INSERT INTO pairs VALUES (7, 7); INSERT INTO pairs VALUES (8, 8)",
      "of two statements in one text all run",
    ],
    ours: /one call runs one statement|\[\]/,
    why: "the guard: one call runs one statement; D1 runs all and answers with the last",
  },
  {
    group: "execs",
    probes: [
      "exec: INSERT INTO notes (text) VALUES ('six'); INSERT INTO notes (text) VALUES ('seven')",
      "what exec left",
    ],
    ours: /one call runs one statement|five/,
    why: "the guard: one statement a line",
  },
  {
    group: "limits",
    probes: ["a table of 100 columns", "a table of 101 columns"],
    ours: /SQL refused: CREATE/,
    why: "the guard: no CREATE",
  },
  {
    group: "limits",
    probes: [
      "a value of 2,000,001 bytes",
      "a value of 3,000,000 bytes",
      "a text built of 3,000,000 bytes",
      "random bytes, 3,000,000 of them",
      "a format of 3,000,000 letters",
      "bound bytes, 3,000,000 of them",
      "a row of 3,000,000 bytes",
    ],
    ours: /D1_ERROR: string or blob too big: SQLITE_TOOBIG/,
    why: "hosted D1 ends values and rows at 2,000,000 bytes; workerd alone does not",
  },
  {
    group: "limits",
    probes: ["a function with 33 arguments"],
    ours: /D1_ERROR: too many arguments on function max: SQLITE_ERROR/,
    why: "hosted D1 takes 32 arguments; workerd alone takes more",
  },
  {
    group: "values",
    probes: ["bound: text with NUL", "read: 'a' || char(0) || 'b'"],
    ours: /"a"/,
    why: "node:sqlite reads text up to its first NUL; it is stored whole",
  },
  {
    group: "values",
    probes: ["bound: a BigInt64Array"],
    ours: /BigInt.*at once/,
    why: "refused when it is bound; on D1 when the statement runs",
  },
  ...["SELEC 1", "SELECT 'open"].map((sql) => refusedFirst("errors", sql)),
  ...["exec: SELECT\n1", "exec: nonsense"].map((sql) => refusedFirst("execs", sql)),
  refusedFirst("batches", "SQL that is none in the middle"),
  {
    group: "values",
    probes: ["bound: text with a lone surrogate"],
    ours: /\ufffd/,
    why: "one replacement character for a lone surrogate; D1 has three",
  },
  {
    group: "language",
    probes: [
      "SELECT soundex('x')",
      "SELECT fts3_tokenizer('simple')",
      "math: ceiling(-1.2)",
      "math: log10(1000)",
      "math: power(2, 0.5)",
    ],
    ours: /not authorized to use function|no such function/,
    why: "both refuse; one says that the function is not there, the other that it may not be used",
  },
  {
    group: "language",
    probes: ["SELECT * FROM dbstat"],
    ours: /pageno/,
    why: "this SQLite has the table of its own pages",
  },
];

/** Both fail; the guard, which refuses what it cannot parse, is asked first. */
function refusedFirst(group: string, probe: string): Difference {
  return {
    group,
    probes: [probe],
    ours: /SQL refused/,
    why: "the guard speaks before SQLite does",
  };
}
