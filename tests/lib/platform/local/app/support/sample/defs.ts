import { relations, sql } from "drizzle-orm";
import { blob, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const authors = sqliteTable("authors", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull().unique(),
});

export const posts = sqliteTable("posts", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  title: text("title").notNull(),
  authorId: integer("author_id").references(() => authors.id),
  picture: blob("picture", { mode: "buffer" }),
  createdAt: text("created_at").default(sql`(current_timestamp)`),
});

/** A table of the auth service, as far as an attack needs it. */
export const systemUser = sqliteTable("es_system__auth_user", {
  id: text("id").primaryKey(),
  email: text("email").notNull(),
});

const authorRelations = relations(authors, ({ many }) => ({ posts: many(posts) }));
const postRelations = relations(posts, ({ one }) => ({
  author: one(authors, { fields: [posts.authorId], references: [authors.id] }),
}));

export const drizzleSchema = { authors, posts, authorRelations, postRelations };

export const buckets = {
  uploads: { bucket_name: "uploads", description: "What users send" },
  missing: { bucket_name: "missing", description: "Declared, never applied" },
};

/** The tables of this app, as its migrations would make them. */
export const TABLES = [
  "CREATE TABLE authors (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, name text NOT NULL UNIQUE)",
  "CREATE TABLE posts (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, title text NOT NULL, author_id integer REFERENCES authors(id), picture blob, created_at text DEFAULT (current_timestamp))",
];
