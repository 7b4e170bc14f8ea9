import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

export const users = sqliteTable("users", {
  id: integer().primaryKey(),
  email: text().notNull().unique(),
  handle: text().unique("the_handle"),
  first: text(),
  last: text(),
  age: integer(),
  deletedAt: integer("deleted_at"),
}, (table) => [
  index("users_last_idx").on(table.last),
  index("users_names_idx").on(table.last, table.first),
  uniqueIndex("users_lower_email_idx").on(sql`lower(${table.email})`),
  index("users_mixed_idx").on(table.first, sql`coalesce(${table.last}, '')`),
  uniqueIndex("users_live_idx").on(table.email).where(sql`${table.deletedAt} is null`),
  index("users_adult_idx").on(table.age).where(
    sql`${table.age} >= 18 and ${table.deletedAt} is null`,
  ),
  unique().on(table.first, table.last),
  unique("users_named_unique").on(table.age, table.last),
  check("users_age_check", sql`${table.age} > 0`),
  check("users_name_check", sql`length(${table.first}) < 100 or ${table.last} = 'x''y'`),
]);

export const objectForm = sqliteTable("object_form", { a: text(), b: text() }, (table) => ({
  one: index("object_a_idx").on(table.a),
  two: unique().on(table.a, table.b),
  three: check("object_check", sql`${table.a} <> ${table.b}`),
}));
