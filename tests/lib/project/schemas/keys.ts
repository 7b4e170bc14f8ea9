import {
  type AnySQLiteColumn,
  foreignKey,
  integer,
  primaryKey,
  sqliteTable,
  text,
} from "drizzle-orm/sqlite-core";

export const authors = sqliteTable("authors", {
  id: integer().primaryKey({ autoIncrement: true }),
  mentor: integer().references((): AnySQLiteColumn => authors.id, { onDelete: "set null" }),
});

export const books = sqliteTable("books", {
  id: text().primaryKey(),
  cascade: integer().notNull().references(() => authors.id, {
    onDelete: "cascade",
    onUpdate: "cascade",
  }),
  restrict: integer().references(() => authors.id, { onDelete: "restrict", onUpdate: "restrict" }),
  setDefault: integer("set_default").default(1).references(() => authors.id, {
    onDelete: "set default",
    onUpdate: "set null",
  }),
  nothing: integer().references(() => authors.id, { onDelete: "no action" }),
  later: text().references(() => volumes.isbn),
});

export const volumes = sqliteTable("volumes", { isbn: text().primaryKey(), number: integer() });

export const editions = sqliteTable("editions", {
  book: text().notNull(),
  year: integer().notNull(),
  publisher: text("publisher_name").notNull(),
}, (table) => [primaryKey({ columns: [table.book, table.year] })]);

export const named = sqliteTable("named", {
  a: integer(),
  b: integer(),
}, (table) => ({ key: primaryKey({ name: "named_key", columns: [table.b, table.a] }) }));

export const single = sqliteTable(
  "single",
  { only: text() },
  (table) => [primaryKey({ columns: [table.only] })],
);

export const prints = sqliteTable("prints", {
  id: integer().primaryKey(),
  book: text(),
  year: integer(),
}, (table) => [
  foreignKey({ columns: [table.book, table.year], foreignColumns: [editions.book, editions.year] })
    .onDelete("cascade").onUpdate("no action"),
  foreignKey({ name: "prints_volume", columns: [table.book], foreignColumns: [volumes.isbn] }),
]);
