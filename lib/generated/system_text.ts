/**
 * The texts of `sys_schema.ts` and `sys_relations.ts`: the platform's own tables as Drizzle objects
 * (contract section 8). The same tables as SQL stand in `lib/schema`; a test compares the two.
 */
const NOW = "sql`(cast(unixepoch('subsecond') * 1000 as integer))`";

/**
 * `@ts-nocheck`: a project without drizzle-orm keeps a clean type check, and nobody could fix a
 * complaint in a generated file anyway.
 */
const BANNER = `// @ts-nocheck
/**
 * Written by \`edgespark pull schema\`; the next pull overwrites every edit.
 *
 * The platform's own tables. App tables (src/defs/db_schema.ts) may refer to them by foreign keys, and
 * queries may join and read them. Only the platform writes them, and no migration contains them.
 */
`;

/** The text of `sys_schema.ts`. */
export const SYSTEM_SCHEMA = `${BANNER}import { sql } from "drizzle-orm";
import { index, integer, numeric, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Which migrations have been applied. */
export const esSystemDbMigrations = sqliteTable("es_system__db_migrations", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name"),
  appliedAt: numeric("applied_at").default(sql\`(CURRENT_TIMESTAMP)\`).notNull(),
});

/** The settings that the auth service runs with. */
export const esSystemAuthConfig = sqliteTable("es_system__auth_config", {
  key: text("key").primaryKey().notNull(),
  data: text("data").default("{}"),
  createdAt: integer("created_at").default(${NOW}).notNull(),
  updatedAt: integer("updated_at").default(${NOW}).notNull(),
});

/** The ways in which a user signs in. */
export const esSystemAuthAccount = sqliteTable("es_system__auth_account", {
  id: text("id").primaryKey().notNull(),
  accountId: text("account_id").notNull(),
  providerId: text("provider_id").notNull(),
  userId: text("user_id").notNull().references(() => esSystemAuthUser.id, { onDelete: "cascade" }),
  accessToken: text("access_token"),
  refreshToken: text("refresh_token"),
  idToken: text("id_token"),
  accessTokenExpiresAt: integer("access_token_expires_at"),
  refreshTokenExpiresAt: integer("refresh_token_expires_at"),
  scope: text("scope"),
  password: text("password"),
  createdAt: integer("created_at").default(${NOW}).notNull(),
  updatedAt: integer("updated_at").notNull(),
}, (table) => [
  index("es_system__auth_account_userId_idx").on(table.userId),
]);

/** Who is signed in, on which device. */
export const esSystemAuthSession = sqliteTable("es_system__auth_session", {
  id: text("id").primaryKey().notNull(),
  expiresAt: integer("expires_at").notNull(),
  token: text("token").notNull(),
  createdAt: integer("created_at").default(${NOW}).notNull(),
  updatedAt: integer("updated_at").notNull(),
  ipAddress: text("ip_address"),
  userAgent: text("user_agent"),
  userId: text("user_id").notNull().references(() => esSystemAuthUser.id, { onDelete: "cascade" }),
}, (table) => [
  index("es_system__auth_session_userId_idx").on(table.userId),
  uniqueIndex("es_system__auth_session_token_unique").on(table.token),
]);

/** The users of the app. \`auth.user.id\` is an \`id\` of this table. Times are ms since the epoch. */
export const esSystemAuthUser = sqliteTable("es_system__auth_user", {
  id: text("id").primaryKey().notNull(),
  name: text("name").notNull(),
  email: text("email").notNull(),
  emailVerified: integer("email_verified").default(0).notNull(),
  image: text("image"),
  createdAt: integer("created_at").default(${NOW}).notNull(),
  updatedAt: integer("updated_at").default(${NOW}).notNull(),
  isAnonymous: integer("is_anonymous").default(0),
  banned: integer("banned").default(0),
  banReason: text("ban_reason"),
  banExpires: integer("ban_expires"),
  lastLoginAt: integer("last_login_at"),
}, (table) => [
  uniqueIndex("es_system__auth_user_email_unique").on(table.email),
]);

/** Codes and links that have been sent out and not been used yet. */
export const esSystemAuthVerification = sqliteTable("es_system__auth_verification", {
  id: text("id").primaryKey().notNull(),
  identifier: text("identifier").notNull(),
  value: text("value").notNull(),
  expiresAt: integer("expires_at").notNull(),
  createdAt: integer("created_at").default(${NOW}).notNull(),
  updatedAt: integer("updated_at").default(${NOW}).notNull(),
}, (table) => [
  index("es_system__auth_verification_identifier_idx").on(table.identifier),
]);
`;

/** The text of `sys_relations.ts`. */
export const SYSTEM_RELATIONS = `${BANNER}import { relations } from "drizzle-orm";
import { esSystemAuthAccount, esSystemAuthSession, esSystemAuthUser } from "./sys_schema";

export const esSystemAuthAccountRelations = relations(esSystemAuthAccount, ({ one }) => ({
  esSystemAuthUser: one(esSystemAuthUser, {
    fields: [esSystemAuthAccount.userId],
    references: [esSystemAuthUser.id],
  }),
}));

export const esSystemAuthSessionRelations = relations(esSystemAuthSession, ({ one }) => ({
  esSystemAuthUser: one(esSystemAuthUser, {
    fields: [esSystemAuthSession.userId],
    references: [esSystemAuthUser.id],
  }),
}));

export const esSystemAuthUserRelations = relations(esSystemAuthUser, ({ many }) => ({
  esSystemAuthAccounts: many(esSystemAuthAccount),
  esSystemAuthSessions: many(esSystemAuthSession),
}));
`;
