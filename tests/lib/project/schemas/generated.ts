import { type SQL, sql } from "drizzle-orm";
import { index, integer, sqliteTable, sqliteTableCreator, text } from "drizzle-orm/sqlite-core";

export const people = sqliteTable("people", {
  id: integer().primaryKey({ autoIncrement: true }),
  first: text().notNull(),
  last: text().notNull(),
  virtual: text().generatedAlwaysAs(sql`first || ' ' || last`),
  stored: text("stored_name").generatedAlwaysAs((): SQL => sql`lower(${people.first})`, {
    mode: "stored",
  }),
  explicit: text().generatedAlwaysAs(sql`upper(last)`, { mode: "virtual" }).notNull(),
  constant: text().generatedAlwaysAs("'x'"),
}, (table) => [index("people_stored_idx").on(table.stored)]);

const prefixed = sqliteTableCreator((name) => `app_${name}`);

const common = {
  createdAt: text("created_at").default(sql`(current_timestamp)`).notNull(),
  updatedAt: text("updated_at"),
};

export const notes = prefixed("notes", { id: integer().primaryKey(), body: text(), ...common });
export const tags = prefixed("tags", { name: text().primaryKey(), ...common });
export { notes as aliased };
export const helper = (value: string) => value.trim();
export const LIMIT = 10;
export type Note = typeof notes.$inferSelect;
