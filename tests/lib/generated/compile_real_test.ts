import assert from "node:assert/strict";
import { renderTypes } from "../../../lib/generated/render.ts";
import { type Changes, typeCheck } from "./type_check.ts";

/** Code of the shape that public projects have: helpers, joins, upserts, batches, uploads, wrappers. */
const REAL: Changes = {
  "src/defs/db_schema.ts": `
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { esSystemAuthUser } from "../__generated__/sys_schema";
export const tasks = sqliteTable("tasks", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  title: text("title").notNull(),
  cover: text("cover"),
  reward: integer("reward").notNull().default(0),
  creatorId: text("creator_id").notNull().references(() => esSystemAuthUser.id, { onDelete: "cascade" }),
  createdAt: text("created_at").default(sql\`(current_timestamp)\`),
});
export const comments = sqliteTable("comments", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  taskId: integer("task_id").notNull().references(() => tasks.id),
  parentId: integer("parent_id"),
  body: text("body").notNull(),
}, (table) => [index("comments_task_idx").on(table.taskId)]);
export const likes = sqliteTable("likes", {
  commentId: integer("comment_id").notNull(),
  userId: text("user_id").notNull(),
  count: integer("count").notNull().default(1),
}, (table) => [uniqueIndex("likes_unique").on(table.commentId, table.userId)]);
`,
  "src/defs/db_relations.ts": `
import { relations } from "drizzle-orm";
import { esSystemAuthUser } from "../__generated__/sys_schema";
import { comments, tasks } from "./db_schema";
export const tasksRelations = relations(tasks, ({ many, one }) => ({
  comments: many(comments),
  creator: one(esSystemAuthUser, { fields: [tasks.creatorId], references: [esSystemAuthUser.id] }),
}));
export const commentsRelations = relations(comments, ({ one }) => ({
  task: one(tasks, { fields: [comments.taskId], references: [tasks.id] }),
}));
`,
  "src/defs/storage_schema.ts": `
import type { BucketDef } from "@sdk/server-types";
export const taskcovers: BucketDef<"task-covers"> = { bucket_name: "task-covers", description: "Covers" };
export const toolSources: BucketDef<"tool-sources"> = { bucket_name: "tool-sources", description: "Sources" };
`,
  "src/defs/runtime.ts": `
export type VarKey =
  // | "COMMENTED_OUT"
  | "ADMIN_EMAILS"
  | "PAY_ENABLED"
;
export type SecretKey = | "PAY_KEY" | "MASTER_KEY";
`,
  "src/lib/config.ts": `
import type { SecretKey, VarKey } from "@defs";
import { secret, vars as settings } from "edgespark";
export const readVar = (key: VarKey, fallback = ""): string => settings.get(key) ?? fallback;
export function requireSecret(key: SecretKey): string {
  const value = secret.get(key);
  if (!value) throw new Error(\`\${key} is not set\`);
  return value;
}
export const admins = () => new Set(readVar("ADMIN_EMAILS").split(",").map((mail) => mail.trim()));
// @ts-expect-error: not declared
export const wrong = () => readVar("ADMIN_EMAIL");
// @ts-expect-error: a var is no secret
export const mixed = () => requireSecret("PAY_ENABLED");
// @ts-expect-error: it may be null
export const certain = (): string => settings.get("PAY_ENABLED");
`,
  "src/lib/files.ts": `
import { buckets } from "@defs";
import type { BucketClient, BucketDef, S3Uri, StorageFileInfo, StorageListOptions, StoragePutBody } from "@sdk/server-types";
import { storage } from "edgespark";
export async function listAll<N extends string>(bucket: BucketDef<N>, prefix: string): Promise<StorageFileInfo[]> {
  const files: StorageFileInfo[] = [];
  const options: StorageListOptions = { prefix, limit: 1000 };
  for (let cursor: string | undefined;;) {
    const page = await storage.from(bucket).list({ ...options, cursor });
    files.push(...page.files);
    if (!page.hasMore) return files;
    cursor = page.cursor;
  }
}
export async function keep(path: string, body: StoragePutBody): Promise<S3Uri<"task-covers">> {
  const covers: BucketClient<"task-covers"> = storage.from(buckets.taskcovers);
  await covers.put(path, body, { contentType: "image/png", cacheControl: "max-age=60" });
  const found = await covers.head(path);
  if (found === null || found.size === 0) await covers.delete(path);
  return storage.createS3Uri(buckets.taskcovers, path);
}
export async function showUri(uri: string | null) {
  const parsed = uri && storage.isS3Uri(uri) ? storage.tryParseS3Uri(uri) : null;
  if (!parsed) return null;
  const { downloadUrl, expiresAt } = await storage.from(parsed.bucket).createPresignedGetUrl(parsed.path, 3600);
  const text = new TextDecoder().decode((await storage.from(buckets.toolSources).get(parsed.path))?.body);
  const { bucket, path } = storage.parseS3Uri(uri!);
  const type: string | undefined = (await storage.from(bucket).get(path))?.metadata.contentEncoding;
  const level = await storage.from(bucket).list({ delimiter: "/" });
  const folders: readonly string[] = level.delimitedPrefixes;
  const newest: Date | undefined = level.files.find((file) => file.path === path)?.uploadedAt;
  return { downloadUrl, until: expiresAt.toISOString(), text, type, folders, newest };
}
export const upload = (name: string, type: string) =>
  storage.from(buckets.taskcovers).createPresignedPutUrl(name, 600, { contentType: type, contentDisposition: "inline" })
    .then(({ uploadUrl, requiredHeaders, expiresAt }) => ({ uploadUrl, requiredHeaders, at: expiresAt.getTime() }));
// @ts-expect-error: no such bucket
export const none = () => storage.from(buckets.covers);
// @ts-expect-error: a URI of another bucket
export const other: () => S3Uri<"tool-sources"> = () => storage.createS3Uri(buckets.taskcovers, "a");
// @ts-expect-error: a text is no list options
export const listed = () => storage.from(buckets.taskcovers).list("prefix");
// @ts-expect-error: it may be null
export const bytes = async (): Promise<ArrayBuffer> => (await storage.from(buckets.taskcovers).get("a")).body;
// @ts-expect-error: read only
export const change = async () => { (await storage.from(buckets.taskcovers).list()).files.push(); };
`,
  "src/routes/tasks.ts": `
import { comments, esSystemAuthUser, likes, tasks } from "@defs";
import { and, count, desc, eq, inArray, sql } from "drizzle-orm";
import { ctx as edgeCtx, db } from "edgespark";
import { auth } from "edgespark/http";
import { type Context, Hono } from "hono";
const router = new Hono();
const signedIn = (c: Context) => auth.user ? null : c.json({ error: "no" }, 401);
router.get("/", async (c) => {
  const rows = await db.select({ task: tasks, mail: esSystemAuthUser.email, comments: count(comments.id) })
    .from(tasks).innerJoin(esSystemAuthUser, eq(tasks.creatorId, esSystemAuthUser.id))
    .leftJoin(comments, eq(comments.taskId, tasks.id)).groupBy(tasks.id)
    .where(and(eq(tasks.reward, 1), inArray(tasks.id, [1]))).orderBy(desc(tasks.createdAt)).limit(10);
  const mails: string[] = rows.map(({ mail }) => mail);
  const one = await db.query.tasks.findFirst({ where: eq(tasks.id, 1), with: { comments: { columns: { body: true } }, creator: true } });
  const bodies: string[] | undefined = one?.comments.map(({ body }) => body);
  const creator: string | undefined = one?.creator.name;
  const up = await db.query.comments.findMany({ with: { task: { with: { creator: { with: { esSystemAuthAccounts: true } } } } } });
  const providers: string[] = up.flatMap(({ task }) => task.creator.esSystemAuthAccounts.map((a) => a.providerId));
  // @ts-expect-error: no such relation
  await db.query.tasks.findMany({ with: { likes: true } });
  // @ts-expect-error: a column of the comments
  one?.comments[0]?.taskId;
  return c.json({ rows, mails, bodies, creator, providers });
});
router.post("/:id/like", async (c) => {
  const refused = signedIn(c);
  if (refused) return refused;
  const user = auth.user!;
  await db.insert(likes).values({ commentId: 1, userId: user.id })
    .onConflictDoUpdate({ target: [likes.commentId, likes.userId], set: { count: sql\`\${likes.count} + 1\` } });
  await db.insert(likes).values([{ commentId: 2, userId: user.id }]).onConflictDoNothing();
  const [updated] = await db.update(tasks).set({ reward: 2 }).where(eq(tasks.id, 1)).returning({ id: tasks.id });
  const results = await db.batch([
    db.delete(likes).where(eq(likes.commentId, 1)),
    db.insert(comments).values({ taskId: 1, body: "x" }).returning(),
  ]);
  const made: number | undefined = results[1][0]?.id;
  edgeCtx.runInBackground(fetch("https://example.com").then(() => undefined));
  // @ts-expect-error: a function is no promise
  edgeCtx.runInBackground(() => {});
  // @ts-expect-error: read only
  edgeCtx.environment = "dev";
  const age: number = Date.now() - user.createdAt.getTime();
  const facts: [string | null, string | null, string | null, boolean, boolean] = [user.email, user.name, user.image, user.emailVerified, user.isAnonymous];
  // @ts-expect-error: not of the platform's user
  user.banned;
  return c.json({ updated, made, age, facts });
});
export default router;
`,
  "src/index.ts": `
import { Hono } from "hono";
import { admins, requireSecret } from "./lib/config";
import { keep, listAll, showUri, upload } from "./lib/files";
import tasks from "./routes/tasks";
import { buckets } from "@defs";
const app = new Hono();
app.route("/api/public/tasks", tasks);
app.get("/api/files", async (c) => c.json([
  await listAll(buckets.toolSources, "a/"), await keep("a", new Uint8Array(1)), await showUri(null), await upload("a", "b"),
  [...admins()], requireSecret("PAY_KEY").length,
]));
app.get("/api/late", async (c) => {
  const { vars } = await import("edgespark");
  const { auth } = await import("edgespark/http");
  // @ts-expect-error: no such member
  vars.set("PAY_ENABLED", "x");
  return c.json([vars.get("PAY_ENABLED"), auth.isAuthenticated() ? auth.user.id : null]);
});
// @ts-expect-error: auth belongs to HTTP
import { auth as wrong } from "edgespark";
// @ts-expect-error: no such name
import { kv } from "edgespark";
export default app;
export { kv, wrong };
`,
};

Deno.test("code shaped like real projects type-checks, and its mistakes are errors", async () => {
  assert.deepEqual(await typeCheck({ changes: REAL }), []);
});

Deno.test("the code above uses every member that the types offer", () => {
  const code = Object.values(REAL).join("\n");
  const types = renderTypes()["server-types.d.ts"]!.replace(/\/\*\*[^]*?\*\//g, "");
  const members = [...types.matchAll(/^ {2}(?:readonly )?(\w+)[?(<:]/gm)].map(([, name]) => name!);
  assert.ok(members.length > 40, members.join());
  const unused = members.filter((name) => !new RegExp(`\\b${name}\\b`).test(code));
  assert.deepEqual([...new Set(unused)], []);
});
