import assert from "node:assert/strict";
import { judgeAppSql } from "../../../lib/runtime/judge.ts";

const ALLOWED = [
  "SELECT 1",
  "select * from es_system__auth_user",
  "INSERT INTO posts (title) VALUES ('DROP TABLE posts; --')",
  "INSERT INTO posts (title) VALUES (?) ON CONFLICT (id) DO UPDATE SET title = excluded.title RETURNING id",
  "INSERT OR REPLACE INTO posts (id) SELECT id FROM es_system__auth_user",
  "REPLACE INTO posts (id) VALUES (1)",
  "UPDATE posts SET title = 'x'",
  "DELETE FROM posts WHERE id = 1",
  "DELETE FROM posts WHERE id = 1 RETURNING id;",
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n",
  "WITH x AS (SELECT 1) DELETE FROM posts WHERE id IN (SELECT * FROM x)",
  'select "delete from posts"',
  "-- drop\nSELECT 1 /* begin */",
  "SELECT name FROM pragma_table_info('posts')",
  "INSERT INTO posts (title) VALUES ('about pragma_optimize')",
];

const REFUSED = [
  "DELETE FROM posts",
  "DELETE FROM posts RETURNING (SELECT 1 WHERE 1)",
  "DELETE FROM posts -- WHERE 1",
  "WITH x AS (SELECT 1 WHERE 1) DELETE FROM posts",
  "CREATE TABLE x (a)",
  "DROP TABLE posts",
  "ALTER TABLE posts ADD COLUMN x",
  "BEGIN",
  "COMMIT",
  "SAVEPOINT x",
  "PRAGMA user_version",
  "ATTACH 'x' AS x",
  "VACUUM INTO 'x'",
  "ANALYZE",
  "EXPLAIN DELETE FROM posts",
  "SELECT 1; SELECT 2",
  "UPDATE es_system__auth_user SET name = 'x'",
  'INSERT INTO main."ES_SYSTEM__auth_session" (id) VALUES (1)',
  "DELETE FROM [es_system__auth_user] WHERE 1",
  "UPDATE `__drizzle_migrations` SET hash = ''",
  "SELECT 'open",
  "SELECT 1 /* DROP */; DROP TABLE posts",
  "(SELECT 1)",
  "nonsense",
  "DELETE FROM posts --\0\n WHERE 1",
  "DELETE FROM posts /*\0*/ WHERE 1",
  "DELETE FROM posts RETURNING $a(\u00a0')  ') WHERE 1 OR ' '",
  "SELECT * FROM pragma_optimize",
  "SELECT * FROM 'pragma_journal_mode'",
  "\u017felect 1",
];

for (const sql of ALLOWED) Deno.test(`allowed: ${sql}`, () => assert.equal(judgeAppSql(sql), null));
for (const sql of REFUSED) {
  Deno.test(`refused: ${sql}`, () => assert.equal(typeof judgeAppSql(sql), "string"));
}
