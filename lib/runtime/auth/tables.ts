import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The auth tables of contract section 8 as the auth service uses them. The tables themselves are
 * made by the platform (lib/schema/system_tables.ts); property names are better-auth's field names.
 */
const when = (name: string) => integer(name, { mode: "timestamp_ms" });

export const user = sqliteTable("es_system__auth_user", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: integer("email_verified", { mode: "boolean" }).notNull().default(false),
  image: text("image"),
  createdAt: when("created_at").notNull(),
  updatedAt: when("updated_at").notNull(),
  isAnonymous: integer("is_anonymous", { mode: "boolean" }).default(false),
  banned: integer("banned", { mode: "boolean" }).default(false),
  banReason: text("ban_reason"),
  banExpires: when("ban_expires"),
  lastLoginAt: when("last_login_at"),
});

export const session = sqliteTable("es_system__auth_session", {
  id: text("id").primaryKey(),
  expiresAt: when("expires_at").notNull(),
  token: text("token").notNull().unique(),
  createdAt: when("created_at").notNull(),
  updatedAt: when("updated_at").notNull(),
  ipAddress: text("ip_address"),
  userAgent: text("user_agent"),
  userId: text("user_id").notNull().references(() => user.id, { onDelete: "cascade" }),
});

export const account = sqliteTable("es_system__auth_account", {
  id: text("id").primaryKey(),
  accountId: text("account_id").notNull(),
  providerId: text("provider_id").notNull(),
  userId: text("user_id").notNull().references(() => user.id, { onDelete: "cascade" }),
  accessToken: text("access_token"),
  refreshToken: text("refresh_token"),
  idToken: text("id_token"),
  accessTokenExpiresAt: when("access_token_expires_at"),
  refreshTokenExpiresAt: when("refresh_token_expires_at"),
  scope: text("scope"),
  password: text("password"),
  createdAt: when("created_at").notNull(),
  updatedAt: when("updated_at").notNull(),
});

export const verification = sqliteTable("es_system__auth_verification", {
  id: text("id").primaryKey(),
  identifier: text("identifier").notNull(),
  value: text("value").notNull(),
  expiresAt: when("expires_at").notNull(),
  createdAt: when("created_at").notNull(),
  updatedAt: when("updated_at").notNull(),
});
