import { sql } from "drizzle-orm";
import {
  blob,
  customType,
  integer,
  numeric,
  real,
  sqliteTable,
  text,
} from "drizzle-orm/sqlite-core";

const point = customType<
  { data: { x: number; y: number }; driverData: string; config: { digits: number } }
>({
  dataType: (config) => `point(${config?.digits ?? 2})`,
  toDriver: ({ x, y }) => `${x},${y}`,
});

export const texts = sqliteTable("texts", {
  plain: text(),
  renamed: text("other_name").notNull(),
  choice: text({ enum: ["draft", "live"] }).default("draft").notNull(),
  long: text({ length: 255 }),
  json: text({ mode: "json" }).$type<{ tags: string[] }>().default({ tags: ["a", "b"] }),
  list: text({ mode: "json" }).default([1, 2, 3]),
  quoted: text().default('it\'s "so"'),
  doubled: text().default("''"),
  empty: text().default(""),
  unicode: text().default("默认, 值 ü"),
  lines: text().default("one\ntwo"),
  made: text().$defaultFn(() => crypto.randomUUID()),
  touched: text().$onUpdate(() => "now"),
});

export const numbers = sqliteTable("numbers", {
  id: integer().primaryKey(),
  flag: integer({ mode: "boolean" }).default(true),
  off: integer({ mode: "boolean" }).default(false).notNull(),
  seconds: integer({ mode: "timestamp" }).default(sql`(unixepoch())`),
  milliseconds: integer({ mode: "timestamp_ms" }).default(sql`(unixepoch('subsec') * 1000)`),
  fixed: integer({ mode: "timestamp" }).default(new Date(0)),
  zero: integer().default(0),
  negative: integer().default(-42),
  fraction: real().default(0.5),
  exact: numeric().default("1.10"),
  counted: numeric({ mode: "number" }).default(3),
  point: point("at", { digits: 3 }).default({ x: 1, y: 2 }),
});

export const bytes = sqliteTable("bytes", {
  raw: blob(),
  buffer: blob({ mode: "buffer" }),
  json: blob({ mode: "json" }).default({ a: 1 }),
  big: blob({ mode: "bigint" }),
});

export const times = sqliteTable("times", {
  now: text().default(sql`(current_timestamp)`).notNull(),
  bare: text().default(sql`CURRENT_TIMESTAMP`),
  raw: text().default(sql.raw("'x'")),
  random: text().default(sql`(lower(hex(randomblob(16))))`),
});
