import { blob, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What stands in `control.sqlite`: everything about the environment that is not the app's own data. */
export const vars = sqliteTable("vars", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

/** `sealed` is null while a page waits for the value. */
export const secrets = sqliteTable("secrets", {
  key: text("key").primaryKey(),
  /** AES-256-GCM: 12 bytes of nonce, then ciphertext and tag; the key's name is authenticated with it. */
  sealed: blob("sealed", { mode: "buffer" }),
  /** Which sealing key was used: the first 16 hex digits of its SHA-256. */
  keyId: text("key_id"),
  /** ms; until when a page waits. */
  expiresAt: integer("expires_at"),
  updatedAt: integer("updated_at").notNull(),
});

export const buckets = sqliteTable("buckets", {
  name: text("name").primaryKey(),
  description: text("description").notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Single rows by name: `auth_config` (applied), `port`, `active_deployment`, ... Values are JSON. */
export const settings = sqliteTable("settings", {
  name: text("name").primaryKey(),
  value: text("value", { mode: "json" }).notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export const deployments = sqliteTable("deployments", {
  id: text("id").primaryKey(),
  digest: text("digest").notNull(),
  bundleBytes: integer("bundle_bytes").notNull(),
  routes: text("routes", { mode: "json" }).notNull(),
  authConfig: text("auth_config", { mode: "json" }),
  createdAt: integer("created_at").notNull(),
  /** ms; null: it has never been active. */
  activatedAt: integer("activated_at"),
  /** Tags of the migrations that were applied then; null: not recorded. */
  migrations: text("migrations", { mode: "json" }),
});
