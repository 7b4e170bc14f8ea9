/** Column operations and renames, as `db generate` writes them, on real workerd with rows in every table. */
import assert from "node:assert/strict";
import type { GenerateOptions } from "../../lib/schema/generate.ts";
import { world } from "../lib/schema/world.ts";
import { all, run, withWorkerd } from "./d1.ts";

const SCHEMA = `
export const users = sqliteTable("Users", {
  id: integer("id").primaryKey(),
  email: text("email").notNull().unique(),
  age: integer("age"),
  old: text("old"),
}, (t) => [index("users_age").on(t.age), check("users_adult", sql\`\${t.age} > 17\`)]);
export const posts = sqliteTable("posts", {
  id: integer("id").primaryKey(),
  author: integer("author_id").notNull().references(() => users.id, { onDelete: "cascade" }),
  title: text("title"),
}, (t) => [index("posts_author").on(t.author)]);
export const titles = sqliteView("titles").as((qb) => qb.select({ title: posts.title }).from(posts));
`;
const ROWS = [
  "INSERT INTO Users VALUES (1, 'a@x', 30, 'o'), (2, 'b@x', NULL, NULL)",
  "INSERT INTO posts VALUES (1, 1, 't'), (2, 2, 'u'), (3, 2, NULL)",
];

/** Each change, and what the rows of users and posts are then. */
const CHANGES: {
  name: string;
  replace: [from: string, to: string][];
  options?: GenerateOptions;
  sql: RegExp;
  tables?: [users: string, posts: string];
  users: Record<string, unknown>;
  post?: Record<string, unknown>;
}[] = [
  {
    name: "a column changes its default beside children: column operations, not a rebuild",
    replace: [['text("old")', 'text("old").default("new")']],
    sql: /RENAME COLUMN "__new_old" TO "old"/,
    users: { id: 1, email: "a@x", age: 30, old: "o" },
  },
  {
    name: "columns come and go",
    replace: [
      ['text("old")', 'text("fresh").notNull().default("f")'],
      ["  old:", "  fresh:"],
    ],
    options: { drop: ["Users.old"], create: ["Users.fresh"] },
    sql: /DROP COLUMN `old`/,
    users: { id: 1, email: "a@x", age: 30, fresh: "f" },
  },
  {
    name: "columns of keys, indexes, checks and views take new names",
    replace: [['"age"', '"years"'], ['"author_id"', '"writer_id"'], ['"title"', '"headline"']],
    options: { rename: ["Users.age:years", "posts.author_id:writer_id", "posts.title:headline"] },
    sql: /RENAME COLUMN "author_id" TO "writer_id"/,
    users: { id: 1, email: "a@x", years: 30, old: "o" },
    post: { id: 1, writer_id: 1, headline: "t" },
  },
  {
    name: "a table takes a new name",
    replace: [['Table("Users"', 'Table("people"']],
    options: { renameTable: ["Users:people"] },
    sql: /ALTER TABLE `Users` RENAME TO `people`/,
    tables: ["people", "posts"],
    users: { id: 1, email: "a@x", age: 30, old: "o" },
  },
  {
    name: "a name changes its case alone",
    replace: [['Table("Users"', 'Table("users"'], ['"email"', '"Email"']],
    sql: /RENAME COLUMN "email" TO "Email"/,
    tables: ["users", "posts"],
    users: { id: 1, Email: "a@x", age: 30, old: "o" },
  },
];

Deno.test({
  name: "column operations and renames keep every row on workerd",
  // wrangler's simulator keeps its own process and sockets.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withWorkerd(CHANGES.length, async (databases) => {
      for (const [index, change] of CHANGES.entries()) {
        const { name, replace, options, sql, tables = ["Users", "posts"] } = change;
        const db = databases[index]!;
        await using w = await world(SCHEMA);
        await run(db, (await w.generate()).statements);
        await run(db, ROWS);
        await w.declare(replace.reduce((text, [from, to]) => text.replaceAll(from, to), SCHEMA));
        const { statements } = await w.generate(options);
        assert.match(statements.join("\n"), sql, name);
        assert.doesNotMatch(statements.join("\n"), /CREATE TABLE|DROP TABLE/, name);
        await run(db, statements).catch((error) =>
          assert.fail(`${name}: ${error}\n${statements.join("\n")}`)
        );
        const [users, posts] = await all(db, tables) as Record<string, unknown>[][];
        assert.deepEqual([users!.length, posts!.length], [2, 3], name);
        assert.deepEqual(users![0], change.users, name);
        assert.deepEqual(posts![0], change.post ?? { id: 1, author_id: 1, title: "t" }, name);
        const { results } = await db.prepare("SELECT * FROM titles").all();
        assert.equal(results.length, 3, name);
        // References still lead there: children go with their parent.
        await run(db, [`DELETE FROM ${tables[0]} WHERE id = 2`]);
        assert.equal((await all(db, [tables[1]])).flat().length, 1, name);
        assert.deepEqual((await db.prepare("PRAGMA foreign_key_check").all()).results, [], name);
      }
    }),
});
