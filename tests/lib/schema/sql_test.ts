import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { say } from "../../support/say.ts";

interface Place extends AsyncDisposable {
  cwd: string;
  sql(...args: string[]): ReturnType<typeof say>;
  /** What the file itself holds, past the program. */
  rows(sql: string): Record<string, unknown>[];
}

async function place(setup: string | null): Promise<Place> {
  const cwd = await Deno.makeTempDir({ prefix: "edgespark-sql-" });
  await Deno.mkdir(join(cwd, "server", "src", "defs"), { recursive: true });
  await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
  await Deno.writeTextFile(join(cwd, "server", "src", "defs", "db_schema.ts"), "export {};\n");
  const file = join(cwd, ".edgespark", "local", "data.sqlite");
  if (setup !== null) {
    await Deno.mkdir(join(file, ".."), { recursive: true });
    const db = new DatabaseSync(file);
    db.exec(setup);
    db.close();
  }
  return {
    cwd,
    sql: (...args) => say(["db", "sql", ...args], { cwd }),
    rows(sql) {
      const db = new DatabaseSync(file, { readOnly: true });
      try {
        return db.prepare(sql).all().map((row) => ({ ...row }));
      } finally {
        db.close();
      }
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

const POSTS = `CREATE TABLE posts (id integer PRIMARY KEY, title text, size real);
INSERT INTO posts VALUES (1, 'one', 1.5), (2, NULL, 2), (3, 'three' || char(10) || char(27), 3);
CREATE TABLE es_system__auth_user (id text PRIMARY KEY, name text);`;

Deno.test("rows come as a table, and with --json as objects", async () => {
  await using p = await place(POSTS);
  const text = await p.sql("SELECT * FROM posts; SELECT count(*) AS n FROM posts");
  assert.deepEqual([text.code, text.err, text.out], [
    0,
    "",
    "id  title          size\n" +
    "--  -------------  ----\n" +
    "1   one            1.5\n" +
    "2   NULL           2\n" +
    "3   three\\n\\u001b  3\n" +
    "3 rows\n\nn\n-\n3\n1 row\n",
  ]);
  const json = await p.sql("SELECT id, title FROM posts WHERE id < 3", "--json");
  assert.deepEqual(json.json, {
    results: [{
      columns: ["id", "title"],
      rows: [{ id: 1, title: "one" }, { id: 2, title: null }],
      changes: 0,
      cut: false,
      verb: "SELECT",
    }],
    limit: 1000,
  });
  assert.match((await p.sql("SELECT * FROM posts WHERE id > 9")).out, /^0 rows\n$/);
});

Deno.test("columns of one name, bytes and big numbers all come through in JSON", async () => {
  await using p = await place(POSTS);
  const { json } = await p.sql(
    "SELECT a.id, b.id, x'00ff' AS bytes, 9007199254740993 AS big, 9e999 AS far FROM posts a, posts b WHERE a.id = 1 AND b.id = 2",
    "--json",
  );
  assert.deepEqual(json.results[0].rows, [{
    id: 1,
    id_2: 2,
    bytes: "x'00ff'",
    big: "9007199254740993",
    far: "Infinity",
  }]);
});

Deno.test("values of --param are JSON or text, dealt out in order", async () => {
  await using p = await place(POSTS);
  const said = await p.sql(
    "SELECT ? AS a, ?2 AS b, ? AS c; SELECT ? AS d, ? AS e, ? AS f",
    ...["5", '"5"', "five", "null", "[1]", "9007199254740993"].flatMap((value) => [
      "--param",
      value,
    ]),
    "--json",
  );
  assert.deepEqual(said.json.results.map(({ rows }: { rows: unknown[] }) => rows[0]), [
    { a: 5, b: "5", c: "five" },
    { d: null, e: "[1]", f: "9007199254740993" },
  ]);
  const few = await p.sql("SELECT ?, ?", "--param", "1", "--json");
  assert.deepEqual([few.code, few.json.error.code, few.json.error.message], [
    2,
    "PARAMETER_COUNT",
    "The SQL has 2 placeholders, but `--param` stands there 1 time",
  ]);
  assert.equal((await p.sql("SELECT :a", "--json")).json.error.code, "PARAMETER_NAMED");
});

Deno.test("writes are one transaction and say how many rows they changed", async () => {
  await using p = await place(POSTS);
  const said = await p.sql(
    "INSERT INTO posts (id, title) VALUES (4, 'a;b'), (5, 'c'); UPDATE posts SET size = 0 WHERE id > 3 RETURNING id; SELECT count(*) AS n FROM posts",
  );
  assert.deepEqual([said.code, said.out], [
    0,
    "2 rows changed\n\nid\n--\n4\n5\n2 rows\n2 rows changed\n\nn\n-\n5\n1 row\n",
  ]);
  const failed = await p.sql(
    "UPDATE posts SET title = 'x' WHERE id = 1;\nINSERT INTO posts (id) VALUES (1)",
    "--json",
  );
  assert.deepEqual([failed.code, failed.json.error.code, failed.json.error.details], [
    1,
    "SQL_FAILED",
    {
      statement: 2,
      line: 2,
      sql: "INSERT INTO posts (id) VALUES (1)",
      reason: "UNIQUE constraint failed: posts.id",
    },
  ]);
  assert.deepEqual(p.rows("SELECT title FROM posts WHERE id = 1"), [{ title: "one" }]);
});

Deno.test("one refused statement refuses the batch, and nothing runs", async () => {
  await using p = await place(POSTS);
  const before = p.rows("SELECT * FROM posts");
  for (
    const bad of [
      "DROP TABLE posts",
      "CREATE TRIGGER t AFTER INSERT ON posts BEGIN DELETE FROM posts; END",
      "PRAGMA user_version = 3",
      "EXPLAIN PRAGMA user_version = 3",
      "SELECT * FROM pragma_optimize",
      "SELECT * FROM main . 'pragma_optimize'",
      "BEGIN",
      "COMMIT",
      "ATTACH 'x' AS y",
      "VACUUM",
      "VACUUM INTO 'copy'",
      "ANALYZE",
      "UPDATE es_system__auth_user SET name = 'x' WHERE 1",
      "INSERT INTO [ES_system__auth_user] VALUES ('a', 'b')",
      "DELETE FROM sqlite_schema WHERE 1",
      "SELECT 'open",
      "nonsense",
    ]
  ) {
    const said = await p.sql(
      "--confirm-dangerous",
      `UPDATE posts SET size = 9 WHERE id = 1;\n${bad}`,
      "--json",
    );
    assert.deepEqual([said.code, said.json.error.code], [2, "SQL_REFUSED"], bad);
    assert.equal(said.json.error.details.problems[0].statement, 2, bad);
    assert.equal(said.json.error.details.problems[0].line, 2, bad);
  }
  assert.deepEqual(p.rows("SELECT * FROM posts"), before);
  const said = await p.sql("SELECT 1; DROP TABLE posts");
  assert.deepEqual([said.code, said.out, said.err], [
    2,
    "",
    "Error: Nothing was run: 1 statement refused (SQL_REFUSED)\n" +
    "  Statement 2, line 1: DROP TABLE changes the schema: use migrations\n" +
    "Hint: `db sql` reads and changes rows; make schema changes with `edgespark db generate`\n",
  ]);
});

Deno.test("DELETE and UPDATE of every row wait for --confirm-dangerous", async () => {
  await using p = await place(POSTS);
  for (
    const sql of ["DELETE FROM posts", "UPDATE posts SET size = 0", "DELETE FROM posts -- WHERE 1"]
  ) {
    const said = await p.sql(sql, "--json");
    assert.deepEqual([said.code, said.json.error.code], [2, "DANGEROUS_SQL"], sql);
  }
  assert.equal(p.rows("SELECT 1 FROM posts").length, 3);
  assert.equal((await p.sql("EXPLAIN QUERY PLAN DELETE FROM posts")).code, 0);
  assert.equal(p.rows("SELECT 1 FROM posts").length, 3);
  assert.equal((await p.sql("DELETE FROM posts", "--confirm-dangerous")).out, "3 rows changed\n");
  assert.deepEqual(p.rows("SELECT * FROM posts"), []);
});

Deno.test("a trigger that writes to the platform's tables does not run through db sql", async () => {
  await using p = await place(
    `${POSTS} CREATE TRIGGER t AFTER INSERT ON posts BEGIN INSERT INTO es_system__auth_user VALUES (new.id, 'x'); END;`,
  );
  const said = await p.sql("INSERT INTO posts (id) VALUES (9)", "--json");
  assert.deepEqual([said.code, said.json.error.code], [1, "SQL_FAILED"]);
  assert.match(said.json.error.message, /not authorized/);
  assert.equal(p.rows("SELECT 1 FROM posts").length, 3);
});

Deno.test("what SQLite does not take is exit 1, with the statement and nothing changed", async () => {
  await using p = await place(POSTS);
  const said = await p.sql(
    "UPDATE posts SET size = 7 WHERE id = 1;\n\nUPDATE posts SET no = 1 WHERE id = 1",
    "--json",
  );
  assert.deepEqual([said.code, said.json.error.code, said.json.error.details.line], [
    1,
    "SQL_FAILED",
    3,
  ]);
  assert.deepEqual(p.rows("SELECT size FROM posts WHERE id = 1"), [{ size: 1.5 }]);
});

Deno.test("rows beyond --limit are left out with a note", async () => {
  await using p = await place(
    `CREATE TABLE n (i); WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1500) INSERT INTO n SELECT i FROM c;`,
  );
  const cut = await p.sql("SELECT * FROM n", "--json");
  assert.deepEqual([cut.json.results[0].rows.length, cut.json.results[0].cut], [1000, true]);
  assert.match(cut.err, /ROWS_CUT.*more than 1000 rows/);
  const few = await p.sql("SELECT * FROM n", "--limit", "2");
  assert.match(few.out, /^i\n-\n1\n2\n2 rows shown, there are more\n$/);
  const all = await p.sql("SELECT * FROM n", "--limit", "0", "--json");
  assert.deepEqual([all.json.results[0].rows.length, all.err], [1500, ""]);
  assert.equal((await p.sql("SELECT 1", "--limit=-1", "--json")).code, 2);
});

Deno.test("a file of statements, and neither or both", async () => {
  await using p = await place(POSTS);
  await Deno.writeTextFile(
    join(p.cwd, "fix.sql"),
    "-- two\nUPDATE posts SET title = 'é' WHERE id = 2;\nSELECT title FROM posts WHERE id = 2;\n",
  );
  assert.match(
    (await p.sql("--file", "fix.sql")).out,
    /^1 row changed\n\ntitle\n-----\né\n1 row\n$/,
  );
  assert.equal((await p.sql("--file", "no.sql", "--json")).json.error.code, "FILE_MISSING");
  assert.equal((await p.sql("SELECT 1", "--file", "fix.sql")).code, 2);
  assert.equal((await p.sql()).code, 2);
  assert.equal((await p.sql(" ; ", "--json")).json.error.code, "SQL_MISSING");
});

Deno.test("reading makes no database, and neither does a write that SQLite refuses", async () => {
  await using p = await place(null);
  assert.equal((await p.sql("SELECT * FROM es_system__auth_user")).out, "0 rows\n");
  assert.equal((await p.sql("INSERT INTO posts VALUES (1)")).code, 1);
  await assert.rejects(Deno.stat(join(p.cwd, ".edgespark", "local", "data.sqlite")));
});

Deno.test("reads open the database read-only: a read-only file is enough", async () => {
  await using p = await place(POSTS);
  const file = join(p.cwd, ".edgespark", "local", "data.sqlite");
  const before = await Deno.readFile(file);
  assert.equal((await p.sql("SELECT * FROM posts")).code, 0);
  assert.deepEqual(await Deno.readFile(file), before);
});
