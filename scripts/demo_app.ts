/** The example app of the demo, as a user would type it. */

export const FIRST_SCHEMA = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const posts = sqliteTable("posts", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  title: text("title").notNull(),
  authorId: text("author_id").notNull(),
});
`;

export const SECOND_SCHEMA = FIRST_SCHEMA.replace(
  `  authorId: text("author_id").notNull(),\n`,
  `  authorId: text("author_id").notNull(),\n  summary: text("summary").notNull().default(""),\n`,
);

export const STORAGE = `import type { BucketDef } from "@sdk/server-types";

export const uploads: BucketDef<"uploads"> = {
  bucket_name: "uploads",
  description: "Files that users upload",
};
`;

export const RUNTIME_KEYS = `export type VarKey = "PUBLIC_API_BASE_URL";

export type SecretKey = "STRIPE_SECRET_KEY";
`;

export const APP = `import { Hono } from "hono";
import { desc, eq } from "drizzle-orm";
import { db, secret, vars } from "edgespark";
import { auth } from "edgespark/http";
import { posts } from "@defs";

const app = new Hono();

app.get("/api/public/settings", (c) => {
  return c.json({ apiBase: vars.get("PUBLIC_API_BASE_URL"), hasStripe: secret.get("STRIPE_SECRET_KEY") !== null });
});

app.get("/api/posts", async (c) => {
  const mine = await db.select().from(posts).where(eq(posts.authorId, auth.user!.id)).orderBy(desc(posts.id));
  return c.json(mine);
});

app.post("/api/posts", async (c) => {
  const { title } = await c.req.json<{ title: string }>();
  const [post] = await db.insert(posts).values({ title, authorId: auth.user!.id }).returning();
  console.log("created post", post!.id);
  return c.json(post, 201);
});

export default app;
`;

export const SECOND_APP = APP.replace(`console.log("created post"`, `console.log("created a post"`);
