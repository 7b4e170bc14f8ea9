import assert from "node:assert/strict";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import { checkDatabase } from "../../../lib/schema/check.ts";
import { LINT_CODES } from "../../../lib/schema/lint/codes.ts";
import { migrate } from "../../../lib/schema/migrate.ts";
import { type World, world } from "./world.ts";

const CODES = new Set([
  ...Object.keys(LINT_CODES),
  "ALLOW_UNKNOWN",
  "ALLOW_WITHOUT_REASON",
  "ALLOW_UNUSED",
]);

/** A project whose history is these files of SQL, by hand. */
async function history(...files: string[]): Promise<World> {
  const w = await world("");
  const entries = files.map((_, idx) => ({
    idx,
    version: "6",
    when: idx + 1,
    tag: `000${idx}_m`,
    breakpoints: true,
  }));
  await w.write(
    "server/drizzle/meta/_journal.json",
    JSON.stringify({ version: "7", dialect: "sqlite", entries }),
  );
  for (const [index, sql] of files.entries()) {
    await w.write(`server/drizzle/000${index}_m.sql`, sql);
  }
  return w;
}

async function lint(w: World): Promise<string[]> {
  const { findings } = await checkDatabase(w.system, w.project, null, w.read);
  return findings.filter(({ code }) => CODES.has(code)).map((
    { code, severity, file, line, message },
  ) => `${severity} ${code} ${file?.split("/").at(-1)}:${line} ${message}`);
}

const BASE = "CREATE TABLE p (id integer PRIMARY KEY, n text, m text);";

Deno.test("every code is found, at its file and line", async () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => `c${index}`).join(", ");
  const cases: [string, string, string[]][] = [
    ["a dropped table", `DROP TABLE p;`, [
      "info DESTRUCTIVE 0001_m.sql:1 `0001_m` destroys table `p` and all its rows",
    ]],
    ["a dropped column", `SELECT 1;\nALTER TABLE p DROP COLUMN n;`, [
      "info DESTRUCTIVE 0001_m.sql:2 `0001_m` destroys column `p.n` with all values",
    ]],
    ["rows", `DELETE FROM p WHERE id = 1;`, [
      "info DESTRUCTIVE 0001_m.sql:1 `0001_m` destroys some rows of `p`",
    ]],
    ["a unique index on rows", `SELECT 1;\n\nCREATE UNIQUE INDEX u ON p (n, m);`, [
      "warning DATA_DEPENDENT 0001_m.sql:3 This fails when rows of `p` are equal in `n`, `m`",
    ]],
    ["a plain index", `CREATE INDEX u ON p (n);`, []],
    [
      "a unique index on a new table",
      `CREATE TABLE q (a text);\nCREATE UNIQUE INDEX u ON q (a);`,
      [],
    ],
    [
      "a rebuild that forbids NULL",
      `CREATE TABLE __new_p (id integer PRIMARY KEY, n text NOT NULL, m text);
INSERT INTO __new_p SELECT * FROM p;
DROP TABLE p;
ALTER TABLE __new_p RENAME TO p;`,
      ["warning DATA_DEPENDENT 0001_m.sql:1 This fails when `p.n` holds NULL"],
    ],
    [
      "a rebuild with a CHECK",
      `CREATE TABLE __new_p (id integer PRIMARY KEY, n text, m text, CHECK (n <> 'check'));
INSERT INTO __new_p SELECT * FROM p;
DROP TABLE p;
ALTER TABLE __new_p RENAME TO p;`,
      ["warning DATA_DEPENDENT 0001_m.sql:1 This fails when rows of `p` break the new CHECK"],
    ],
    [
      "a rebuild with a foreign key",
      `CREATE TABLE q (id integer PRIMARY KEY);
CREATE TABLE __new_p (id integer PRIMARY KEY, n text, m integer REFERENCES q (id));
INSERT INTO __new_p SELECT * FROM p;
DROP TABLE p;
ALTER TABLE __new_p RENAME TO p;
CREATE INDEX m ON p (m);`,
      ["warning DATA_DEPENDENT 0001_m.sql:2 This fails when `m` of `p` refers to missing rows of `q`"],
    ],
    ["a new NOT NULL column", `ALTER TABLE p ADD x text NOT NULL;`, [
      "warning NOT_NULL_WITHOUT_DEFAULT 0001_m.sql:1 The new column `p.x` is NOT NULL without default: it fails when there are rows",
    ]],
    ["a new NOT NULL column with default", `ALTER TABLE p ADD x text DEFAULT '' NOT NULL;`, []],
    [
      "a foreign key without index",
      `CREATE TABLE q (\n id integer PRIMARY KEY,\n p_id integer REFERENCES p (id)\n);`,
      [
        "info UNINDEXED_FOREIGN_KEY 0001_m.sql:1 No index starts with `p_id` of `q`: each delete of a row of `p` reads the whole table",
      ],
    ],
    [
      "a foreign key with one",
      `CREATE TABLE q (p_id integer REFERENCES p (id));\nCREATE INDEX i ON q (p_id, id);`.replace(
        ", id)",
        ")",
      ),
      [],
    ],
    [
      "a foreign key with a partial one",
      `CREATE TABLE q (p_id integer REFERENCES p (id));\nCREATE INDEX i ON q (p_id) WHERE p_id > 1;`,
      [
        "info UNINDEXED_FOREIGN_KEY 0001_m.sql:1 No index starts with `p_id` of `q`: each delete of a row of `p` reads the whole table",
      ],
    ],
    [
      "a foreign key that is the key",
      `CREATE TABLE q (p_id integer PRIMARY KEY REFERENCES p (id));`,
      [],
    ],
    ["too many columns", `CREATE TABLE q (${many(101)});`, [
      "warning TOO_MANY_COLUMNS 0001_m.sql:1 `q` has 101 columns; D1 accepts 100",
    ]],
    ["just as many as D1 takes", `CREATE TABLE q (${many(100)});`, []],
    ["one column more", `CREATE TABLE q (${many(100)});\nALTER TABLE q ADD last text;`, [
      "warning TOO_MANY_COLUMNS 0001_m.sql:1 `q` has 101 columns; D1 accepts 100",
    ]],
    [
      "the longest statement",
      `INSERT INTO p (n) VALUES ('${"x".repeat(100_000 - 29)}');`,
      [],
    ],
    ["as many placeholders", `INSERT INTO p (n) SELECT ${Array(100).fill("?").join(" || ")};`, []],
    [
      "one placeholder often",
      `INSERT INTO p (n) SELECT ${Array(101).fill("?1").join(" || ")};`,
      [],
    ],
    [
      "a reference to a table of the platform",
      "CREATE TABLE q (u text REFERENCES es_system__auth_user (id), v text REFERENCES es_system__auth_user (id));\nCREATE INDEX v ON q (v);",
      [
        "info UNINDEXED_FOREIGN_KEY 0001_m.sql:1 No index starts with `u` of `q`: each delete of a row of `es_system__auth_user` reads the whole table",
      ],
    ],
    [
      "a reference of two columns, and an index with them in another order",
      "CREATE TABLE q (a text, b text, c text, PRIMARY KEY (a, b));\nCREATE TABLE r (x text, y text, FOREIGN KEY (x, y) REFERENCES q (a, b));\nCREATE INDEX r_yx ON r (y, x);",
      [],
    ],
    ["a long statement", `SELECT 1;\nINSERT INTO p (n) VALUES ('${"\u00e9".repeat(50_000)}');`, [
      "warning STATEMENT_TOO_LONG 0001_m.sql:2 The statement has 100029 bytes; D1 accepts 100000",
    ]],
    ["placeholders", `INSERT INTO p (n) SELECT ${Array(101).fill("?").join(" || ")};`, [
      "warning TOO_MANY_PARAMETERS 0001_m.sql:1 The statement has 101 placeholders; D1 accepts 100",
    ]],
  ];
  const seen = new Set<string>();
  for (const [name, sql, expected] of cases) {
    await using w = await history(BASE, sql);
    const found = await lint(w);
    assert.deepEqual(found, expected, name);
    for (const text of found) seen.add(text.split(" ")[1]!);
  }
  assert.deepEqual([...seen].sort(), Object.keys(LINT_CODES).sort());
});

Deno.test("transactions, pragmas and what reaches beyond the file are errors at their line", async () => {
  const cases: [string, string[]][] = [
    ["SELECT 1;\nBEGIN;\nSELECT 1;\nEND;", [
      "TRANSACTION_REFUSED 0001_m.sql:2",
      "TRANSACTION_REFUSED 0001_m.sql:4",
    ]],
    ["/* a */ begin immediate;", ["TRANSACTION_REFUSED 0001_m.sql:1"]],
    ["SAVEPOINT a;\nRELEASE a;\nROLLBACK;", [
      "TRANSACTION_REFUSED 0001_m.sql:1",
      "TRANSACTION_REFUSED 0001_m.sql:2",
      "TRANSACTION_REFUSED 0001_m.sql:3",
    ]],
    ['PRAGMA foreign_keys=OFF;\npragma defer_foreign_keys = on;\nPRAGMA "foreign_keys" = 1;', []],
    ["SELECT 1;\nPRAGMA main.journal_mode = off;", ["STATEMENT_REFUSED 0001_m.sql:2"]],
    ["PRAGMA writable_schema = 1;", ["STATEMENT_REFUSED 0001_m.sql:1"]],
    ["VACUUM;\nATTACH 'x' AS y;\nREINDEX;\nANALYZE;", [
      "STATEMENT_REFUSED 0001_m.sql:1",
      "STATEMENT_REFUSED 0001_m.sql:2",
      "STATEMENT_REFUSED 0001_m.sql:3",
      "STATEMENT_REFUSED 0001_m.sql:4",
    ]],
    ["-- BEGIN\nSELECT 'PRAGMA x; BEGIN';", []],
  ];
  for (const [sql, expected] of cases) {
    await using w = await history(BASE, sql);
    const { ok, findings } = await checkDatabase(w.system, w.project, null, w.read);
    const refused = findings.filter(({ code }) => code.endsWith("_REFUSED"));
    assert.deepEqual(
      refused.map(({ code, file, line }) => `${code} ${file?.split("/").at(-1)}:${line}`),
      expected,
      sql,
    );
    assert.deepEqual(
      [...new Set(refused.map(({ severity }) => severity))].join(),
      ok ? "" : "error",
    );
  }
});

Deno.test("an index that comes in a later migration counts", async () => {
  await using w = await history(
    BASE,
    "CREATE TABLE q (p_id integer REFERENCES p (id));",
    "CREATE INDEX i ON q (p_id);",
  );
  assert.deepEqual(await lint(w), []);
});

Deno.test("edgespark:allow silences one finding of one statement, with a reason", async () => {
  const found = async (sql: string) => {
    await using w = await history(BASE, sql);
    return (await lint(w)).map((text) => text.split(" ").slice(1, 3).join(" "));
  };
  const cases: [string, string[]][] = [
    ["-- edgespark:allow DESTRUCTIVE nobody reads it\nDROP TABLE p;", []],
    ["DROP TABLE p; -- edgespark:allow DESTRUCTIVE nobody reads it", []],
    ["DROP TABLE p --edgespark:allow DESTRUCTIVE nobody reads it\n;", []],
    [
      "-- edgespark:allow DESTRUCTIVE one only\nALTER TABLE p DROP COLUMN n;\nALTER TABLE p DROP COLUMN m;",
      [
        "DESTRUCTIVE 0001_m.sql:3",
      ],
    ],
    ["-- edgespark:allow DESTRUCTIVE\nDROP TABLE p;", [
      "DESTRUCTIVE 0001_m.sql:2",
      "ALLOW_WITHOUT_REASON 0001_m.sql:1",
    ]],
    ["-- edgespark:allow DESTRUCTIV typo\nDROP TABLE p;", [
      "DESTRUCTIVE 0001_m.sql:2",
      "ALLOW_UNKNOWN 0001_m.sql:1",
    ]],
    ["-- edgespark:allow DATA_DEPENDENT wrong one\nDROP TABLE p;", [
      "DESTRUCTIVE 0001_m.sql:2",
      "ALLOW_UNUSED 0001_m.sql:1",
    ]],
    ["SELECT '-- edgespark:allow DESTRUCTIVE in a text';\nDROP TABLE p;", [
      "DESTRUCTIVE 0001_m.sql:2",
    ]],
    ["DROP TABLE p;\n-- edgespark:allow DESTRUCTIVE too late", [
      "DESTRUCTIVE 0001_m.sql:1",
      "ALLOW_UNUSED 0001_m.sql:2",
    ]],
  ];
  for (const [sql, expected] of cases) assert.deepEqual(await found(sql), expected, sql);
});

Deno.test("only pending migrations are linted, with --all every one", async () => {
  await using w = await history(BASE, "DROP TABLE p;");
  const platform = await openLocalPlatform(w.system, w.project);
  await migrate(w.system, w.project, platform, { checkBranch: false, confirmDangerous: true });
  const codes = async (all: boolean) => {
    const { findings } = await checkDatabase(w.system, w.project, platform, w.read, { all });
    return findings.filter(({ code }) => CODES.has(code)).map(({ code }) => code);
  };
  assert.deepEqual(await codes(false), []);
  assert.deepEqual(await codes(true), ["DESTRUCTIVE"]);
  platform.close();
});
