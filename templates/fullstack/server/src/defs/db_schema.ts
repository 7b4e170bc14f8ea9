/**
 * The tables of this app. This file is the truth; migrations are made from it:
 *
 *   edgespark db generate    writes the SQL into server/drizzle/
 *   edgespark db migrate     applies it
 *
 * A table looks like this (the import comes from "drizzle-orm/sqlite-core"):
 *
 *   export const notes = sqliteTable("notes", {
 *     id: integer("id").primaryKey({ autoIncrement: true }),
 *     body: text("body").notNull(),
 *     ownerId: text("owner_id").notNull().references(() => esSystemAuthUser.id),
 *   }, (table) => [index("notes_owner_id_idx").on(table.ownerId)]);
 *
 * `esSystemAuthUser`, the users of this app, comes from "../__generated__/sys_schema".
 */

// Keeps this file a module until it exports its first table.
export {};
