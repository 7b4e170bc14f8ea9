import assert from "node:assert/strict";
import { renderSystemSchema, renderTypes } from "../../../lib/generated/render.ts";
import { type Changes, typeCheck } from "./type_check.ts";

/** An app that uses everything that the platform documents, and some of what it forbids. */
const APP: Changes = {
  "src/defs/db_schema.ts": `
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { esSystemAuthUser } from "../__generated__/sys_schema";
export const posts = sqliteTable("posts", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  title: text("title").notNull(),
  authorId: text("author_id").notNull().references(() => esSystemAuthUser.id),
}, (table) => [index("posts_author_id_idx").on(table.authorId)]);
`,
  "src/defs/db_relations.ts": `
import { relations } from "drizzle-orm";
import { esSystemAuthUser } from "../__generated__/sys_schema";
import { posts } from "./db_schema";
export const postsRelations = relations(posts, ({ one }) => ({
  author: one(esSystemAuthUser, { fields: [posts.authorId], references: [esSystemAuthUser.id] }),
}));
`,
  "src/defs/storage_schema.ts": `
import type { BucketDef } from "@sdk/server-types";
export const uploads: BucketDef<"uploads"> = { bucket_name: "uploads", description: "Files" };
`,
  "src/defs/runtime.ts": `
export type VarKey = "PUBLIC_API_BASE_URL" | "REGION";
export type SecretKey = "STRIPE_SECRET_KEY";
`,
  "src/index.ts": `
import { buckets, drizzleSchema, esSystemAuthUser, posts, type VarKey } from "@defs";
import type { DeploymentEnv, S3Uri, User } from "@sdk/server-types";
import { eq } from "drizzle-orm";
import { ctx, db, secret, storage, vars } from "edgespark";
import { auth } from "edgespark/http";
import { Hono } from "hono";

type IsAny<T> = 0 extends 1 & T ? true : false;
const exact: IsAny<typeof db | typeof storage | typeof vars | typeof ctx | typeof drizzleSchema> = false;

const app = new Hono()
  .post("/api/posts", async (c) => {
    // @ts-expect-error: nobody has asked yet whether there is a user
    const early: string = auth.user.id;
    if (!auth.isAuthenticated()) return c.json({ early }, 401);
    const { title } = await c.req.json<{ title: string }>();
    const [post] = await db.insert(posts).values({ title, authorId: auth.user.id }).returning();
    // @ts-expect-error: the title is missing
    await db.insert(posts).values({ authorId: auth.user.id });
    return c.json({ post }, 201);
  })
  .get("/api/public/posts", async (c) => {
    const withAuthor = await db.query.posts.findMany({ with: { author: true } });
    const mails: string[] = withAuthor.map((post) => post.author.email);
    const users = await db.query.esSystemAuthUser.findMany({ with: { esSystemAuthSessions: true } });
    const tokens: string[] = users.flatMap((user) => user.esSystemAuthSessions.map((s) => s.token));
    const joined = await db.select({ id: posts.id, name: esSystemAuthUser.name }).from(posts)
      .innerJoin(esSystemAuthUser, eq(posts.authorId, esSystemAuthUser.id));
    const [inserted, all] = await db.batch([
      db.insert(posts).values({ title: "a", authorId: "b" }).returning(),
      db.select().from(posts),
    ]);
    // @ts-expect-error: no such table
    db.query.nothing;
    return c.json({ mails, tokens, joined, inserted, all });
  })
  .get("/api/public/files", async (c) => {
    const uri: S3Uri<"uploads"> = storage.createS3Uri(buckets.uploads, "a/b.txt");
    const other: string = uri;
    if (storage.isS3Uri(other)) storage.parseS3Uri(other).bucket.bucket_name;
    const path: string | undefined = storage.tryParseS3Uri(other)?.path;
    const bucket = storage.from(buckets.uploads);
    await bucket.put("a/b.txt", new TextEncoder().encode("hello"), { contentType: "text/plain" });
    const file = await bucket.get("a/b.txt");
    const bytes: number | undefined = file?.body.byteLength;
    const size: number | undefined = (await bucket.head("a/b.txt"))?.size;
    const page = await bucket.list({ prefix: "a/", delimiter: "/", limit: 10 });
    const when: Date[] = page.files.map((item) => item.uploadedAt);
    await bucket.delete(["a/b.txt"]);
    const put = await bucket.createPresignedPutUrl("c", 3600, { contentType: "image/png" });
    const get = await bucket.createPresignedGetUrl("c");
    // @ts-expect-error: text is not bytes
    await bucket.put("c", "text");
    // @ts-expect-error: no bucket
    storage.from({ name: "uploads" });
    return c.json({ path, bytes, size, when, put: put.requiredHeaders, get: get.downloadUrl });
  })
  .get("/api/public/values", (c) => {
    const key: VarKey = "REGION";
    const region: string | null = vars.get(key);
    const stripe: string | null = secret.get("STRIPE_SECRET_KEY");
    // @ts-expect-error: not declared
    vars.get("UNDECLARED");
    // @ts-expect-error: a secret is no var
    vars.get("STRIPE_SECRET_KEY");
    // @ts-expect-error: not declared
    secret.get("UNDECLARED");
    const environment: DeploymentEnv = ctx.environment;
    const dev: boolean = environment === "dev";
    // @ts-expect-error: no such environment
    const test: boolean = environment === "test";
    ctx.runInBackground(Promise.resolve());
    const user: User | null = auth.user;
    return c.json({ region, stripe, dev, test, user, exact });
  });

export default app;
`,
};

Deno.test("a fresh project type-checks", async () => {
  assert.deepEqual(await typeCheck(), []);
});

Deno.test("a fresh project declares no keys", async () => {
  const lines = await typeCheck({
    changes: {
      "src/values.ts":
        `import { secret, vars } from "edgespark";\nvars.get("A");\nsecret.get("A");\n`,
    },
  });
  assert.deepEqual(lines.map((line) => line.split(": Argument")[0]), [
    "src/values.ts(2,10): error TS2345",
    "src/values.ts(3,12): error TS2345",
    "src/values.ts(2,10): error TS2345",
    "src/values.ts(3,12): error TS2345",
  ]);
});

Deno.test("the documented use type-checks, and its mistakes are errors", async () => {
  assert.deepEqual(await typeCheck({ changes: APP }), []);
});

Deno.test("`@ts-nocheck` hides nothing in a project that has drizzle-orm", async () => {
  const changes: Changes = {};
  for (const [name, text] of Object.entries({ ...renderTypes(), ...renderSystemSchema() })) {
    changes[`src/__generated__/${name}`] = text.replace("// @ts-nocheck\n", "");
  }
  assert.deepEqual(await typeCheck({ changes }), []);
});

Deno.test("a project without drizzle-orm and drizzleSchema keeps its type check", async () => {
  const changes: Changes = {
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        target: "ESNext",
        module: "ESNext",
        moduleResolution: "bundler",
        lib: ["ESNext"],
        types: [],
        strict: true,
        noEmit: true,
        paths: { "edgespark": ["./src/__generated__/edgespark.d.ts"] },
      },
      include: ["src/**/*"],
    }),
    "src/defs/index.ts": `export type VarKey = "REGION";\nexport type SecretKey = never;\n`,
    "src/defs/db_schema.ts": null,
    "src/defs/db_relations.ts": null,
    "src/defs/storage_schema.ts": null,
    "src/defs/runtime.ts": null,
    "src/index.ts": `
import { ctx, db, vars } from "edgespark";
import { auth } from "edgespark/http";
export const region: string | null = vars.get("REGION");
// @ts-expect-error: not declared
vars.get("UNDECLARED");
// @ts-expect-error: may be null
auth.user.id;
ctx.runInBackground(db.anything());
`,
  };
  assert.deepEqual(await typeCheck({ changes, installed: false }), []);
});
