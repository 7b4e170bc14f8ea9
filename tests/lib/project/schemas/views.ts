import { count, eq, gt, sql } from "drizzle-orm";
import { integer, sqliteTable, sqliteView, text } from "drizzle-orm/sqlite-core";

export const posts = sqliteTable("posts", {
  id: integer().primaryKey({ autoIncrement: true }),
  title: text().default("it's"),
  authorId: text("author_id").notNull(),
  likes: integer().default(0),
});

export const popular = sqliteView("popular").as((qb) =>
  qb.select().from(posts).where(gt(posts.likes, sql.raw("10")))
);
export const counted = sqliteView("counted").as((qb) =>
  qb.select({ author: posts.authorId, posts: count().as("posts") }).from(posts).groupBy(
    posts.authorId,
  )
);
export const written = sqliteView("written", { id: integer(), title: text().notNull() }).as(
  sql`select id, title from posts`,
);
export const existing = sqliteView("existing_view", { id: integer("id").primaryKey() }).existing();
export const joined = sqliteView("joined").as((qb) => {
  const other = qb.select({ id: posts.id, twice: sql<number>`${posts.likes} * 2`.as("twice") })
    .from(posts).as("other");
  return qb.select({ id: posts.id, twice: other.twice }).from(posts).leftJoin(
    other,
    eq(other.id, posts.id),
  );
});
