import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import { count, eq, gt, relations, sql } from "drizzle-orm";
import { blob, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { join } from "@std/path";
import { LocalD1 } from "../../../lib/platform/local/app/d1.ts";
import { createDatabase } from "../../../lib/runtime/db.ts";
import { connect } from "../../../lib/runtime/drizzle.ts";
import { judgeAppSql } from "../../../lib/runtime/judge.ts";
import { guardBinding } from "../../../lib/runtime/sql_guard.ts";

const users = sqliteTable("users", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull().unique(),
  score: real("score").default(0),
  active: integer("active", { mode: "boolean" }).notNull().default(true),
  seen: integer("seen", { mode: "timestamp_ms" }),
  tags: text("tags", { mode: "json" }).$type<string[]>(),
  picture: blob("picture", { mode: "buffer" }),
  big: blob("big", { mode: "bigint" }),
});
const posts = sqliteTable("posts", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  userId: integer("user_id").references(() => users.id),
});
const schema = {
  users,
  posts,
  userRelations: relations(users, ({ many }) => ({ posts: many(posts) })),
  postRelations: relations(posts, ({ one }) => ({
    user: one(users, { fields: [posts.userId], references: [users.id] }),
  })),
};

type Db = DrizzleD1Database<typeof schema> & { $client: LocalD1 };

async function withDb(test: (db: Db) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "data.sqlite");
  const maker = new DatabaseSync(file);
  maker.exec(
    "CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL UNIQUE, score real DEFAULT 0, active integer NOT NULL DEFAULT 1, seen integer, tags text, picture blob, big blob)",
  );
  maker.exec(
    "CREATE TABLE posts (id integer PRIMARY KEY, name text NOT NULL, user_id integer REFERENCES users (id))",
  );
  maker.close();
  const d1 = new LocalD1(file, { wall: true });
  try {
    await test(createDatabase(guardBinding(d1, judgeAppSql), schema, connect) as Db);
  } finally {
    d1.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("values of every column type come back as they went in", () =>
  withDb(async (db) => {
    const seen = new Date(1_700_000_000_123);
    const [user] = await db.insert(users).values({
      name: "Ann",
      score: 1.5,
      active: false,
      seen,
      tags: ["a", "\u00e9"],
      picture: new Uint8Array([0, 255]) as Buffer,
      big: 2n ** 70n,
    }).returning();
    assert.deepEqual({ ...user, picture: [...user!.picture!] }, {
      id: 1,
      name: "Ann",
      score: 1.5,
      active: false,
      seen,
      tags: ["a", "\u00e9"],
      picture: [0, 255],
      big: 2n ** 70n,
    });
    assert.deepEqual(await db.select().from(users).get(), user);
    assert.deepEqual(await db.query.users.findFirst({ where: eq(users.name, "Ann") }), user);
  }));

Deno.test("joins keep columns of one name apart, relations nest, counts count", () =>
  withDb(async (db) => {
    await db.insert(users).values([{ name: "Ann" }, { name: "Bob" }]);
    await db.insert(posts).values([
      { name: "one", userId: 1 },
      { name: "two", userId: 1 },
      { name: "none" },
    ]);
    const joined = await db.select().from(posts).leftJoin(users, eq(posts.userId, users.id))
      .orderBy(posts.id);
    assert.deepEqual(
      joined.map((row) => [row.posts.name, row.posts.id, row.users?.name, row.users?.id]),
      [
        ["one", 1, "Ann", 1],
        ["two", 2, "Ann", 1],
        ["none", 3, undefined, undefined],
      ],
    );
    const nested = await db.query.users.findMany({
      columns: { name: true },
      with: { posts: { columns: { name: true }, orderBy: (post, { desc }) => desc(post.id) } },
      orderBy: users.id,
    });
    assert.deepEqual(nested, [
      { name: "Ann", posts: [{ name: "two" }, { name: "one" }] },
      { name: "Bob", posts: [] },
    ]);
    assert.equal(await db.$count(posts, gt(posts.id, 1)), 2);
    const grouped = await db.select({ user: posts.userId, n: count() }).from(posts)
      .groupBy(posts.userId).having(gt(count(), 1));
    assert.deepEqual(grouped, [{ user: 1, n: 2 }]);
    const sub = db.select({ id: users.id }).from(users).where(eq(users.name, "Ann")).as("sub");
    assert.equal(
      (await db.select().from(posts).innerJoin(sub, eq(sub.id, posts.userId))).length,
      2,
    );
    const recent = db.$with("recent").as(db.select().from(posts).where(gt(posts.id, 2)));
    assert.deepEqual((await db.with(recent).select().from(recent)).map(({ name }) => name), [
      "none",
    ]);
  }));

Deno.test("writes: returning, upsert, update, delete, prepared", () =>
  withDb(async (db) => {
    const upsert = (name: string, score: number) =>
      db.insert(users).values({ name, score }).onConflictDoUpdate({
        target: users.name,
        set: { score: sql`${users.score} + excluded.score` },
      }).returning({ id: users.id, score: users.score });
    assert.deepEqual(await upsert("Ann", 1), [{ id: 1, score: 1 }]);
    assert.deepEqual(await upsert("Ann", 2.5), [{ id: 1, score: 3.5 }]);
    const ignored = await db.insert(users).values({ name: "Ann" }).onConflictDoNothing();
    assert.equal(ignored.meta.changes, 0);
    const updated = await db.update(users).set({ active: false }).where(eq(users.id, 1));
    assert.equal(updated.meta.changes, 1);
    assert.equal(updated.success, true);
    const byName = db.select().from(users).where(eq(users.name, sql.placeholder("name"))).prepare();
    assert.equal((await byName.get({ name: "Ann" }))?.active, false);
    assert.equal(await byName.get({ name: "Bob" }), undefined);
    assert.deepEqual(
      await db.delete(users).where(eq(users.id, 1)).returning({ name: users.name }),
      [{ name: "Ann" }],
    );
  }));

Deno.test("a batch is typed, in order, and all or nothing", () =>
  withDb(async (db) => {
    const [made, all, one] = await db.batch([
      db.insert(users).values({ name: "Ann" }).returning(),
      db.select().from(users),
      db.query.users.findFirst(),
    ]);
    assert.deepEqual([made[0]?.name, all.length, one?.name], ["Ann", 1, "Ann"]);
    await assert.rejects(
      db.batch([
        db.insert(users).values({ name: "Bob" }),
        db.insert(users).values({ name: "Ann" }),
      ]),
      /UNIQUE constraint failed: users\.name/,
    );
    assert.equal(await db.$count(users), 1);
    await assert.rejects(
      db.batch([db.insert(users).values({ name: "Bob" }), db.delete(users)]),
      /SQL refused: DELETE without WHERE/,
    );
    assert.equal(await db.$count(users), 1);
  }));

Deno.test("raw SQL: run, all, get, values", () =>
  withDb(async (db) => {
    const name = "Ann'; DROP TABLE users; --";
    const run = await db.run(sql`INSERT INTO users (name) VALUES (${name})`);
    assert.deepEqual([run.meta.changes, run.meta.last_row_id], [1, 1]);
    assert.deepEqual(await db.all(sql`SELECT id, name FROM ${users}`), [{ id: 1, name }]);
    assert.deepEqual(await db.get(sql`SELECT id FROM users WHERE name = ${name}`), { id: 1 });
    assert.deepEqual(await db.values(sql`SELECT id, name FROM users`), [[1, name]]);
    assert.equal(await db.$client.prepare("SELECT 5 AS five").first("five"), 5);
    for (const text of ["DELETE FROM users", "PRAGMA user_version", "SELECT 1; SELECT 2"]) {
      for (const way of [db.run, db.all, db.get, db.values]) {
        await assert.rejects(
          async () => await way.call(db, sql.raw(text)),
          (error: Error) =>
            /SQL refused/.test(`${error.message} ${(error.cause as Error)?.message}`),
        );
      }
    }
  }));

Deno.test("a transaction is refused with the way out, and changes nothing", () =>
  withDb(async (db) => {
    let ran = false;
    await assert.rejects(
      db.transaction(async (tx) => {
        ran = true;
        await tx.insert(users).values({ name: "Ann" });
      }),
      (error: Error) => {
        assert.equal((error as Error & { code?: string }).code, "TRANSACTIONS_UNSUPPORTED");
        assert.match(error.message, /`db\.batch\(\[\.\.\.\]\)`/);
        return true;
      },
    );
    assert.equal(ran, false);
    assert.equal(await db.$count(users), 0);
  }));
