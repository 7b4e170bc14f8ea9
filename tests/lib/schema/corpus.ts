import { join } from "@std/path";
import { ROOT } from "../../support/fixtures.ts";

/** A schema for the differential test: files under `server/src`, by path. */
export interface CorpusCase {
  name: string;
  files: Record<string, string>;
  /** The files that change afterwards; then only the second migration is compared. */
  then?: Record<string, string>;
}

const SCHEMA = "defs/db_schema.ts";
const HEAD = `import { eq, relations, sql } from "drizzle-orm";
import { blob, check, customType, foreignKey, index, integer, numeric, primaryKey, real, sqliteTable, sqliteView, text, unique, uniqueIndex, type AnySQLiteColumn } from "drizzle-orm/sqlite-core";
`;
const one = (name: string, text: string, then?: string): CorpusCase => ({
  name,
  files: { [SCHEMA]: HEAD + text },
  ...then === undefined ? {} : { then: { [SCHEMA]: HEAD + then } },
});

/** A file of tables, with nothing else. */
const tables = (...names: string[]) =>
  [
    'import { integer, sqliteTable } from "drizzle-orm/sqlite-core";',
    ...names.map((name) =>
      `export const ${name} = sqliteTable("${name}", { id: integer("id").primaryKey() });`
    ),
  ].join("\n");

const SYSTEM = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const esSystemAuthUser = sqliteTable("es_system__auth_user", { id: text("id").primaryKey(), email: text("email").notNull() });
`;
const BARREL = `import * as schema from "./db_schema";
export * from "./db_schema";
export * from "../__generated__/sys_schema";
export const drizzleSchema = { ...schema };
export const buckets = {};
`;

const BASE = `
export const users = sqliteTable("users", { id: integer("id").primaryKey(), email: text("email").notNull(), age: integer("age") }, (t) => [index("users_age").on(t.age)]);
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), author: integer("author_id").references(() => users.id), title: text("title") });
`;
const ACTIONS = ["cascade", "set null", "set default", "restrict", "no action"];

/** Schemas that have a file of their own in the tests of the sandbox. */
const shared = ["columns", "generated", "indexes", "keys", "views"].map((name): CorpusCase => ({
  name,
  files: {
    [SCHEMA]: Deno.readTextFileSync(join(ROOT, "tests/lib/project/schemas", `${name}.ts`)),
  },
}));

/** The whole SQLite surface of drizzle-kit, and changes that need no rebuild. */
export const CORPUS: CorpusCase[] = [
  ...shared,
  one(
    "foreign keys with every action",
    `export const parents = sqliteTable("parents", { id: integer("id").primaryKey(), a: text("a").notNull(), b: text("b").notNull() }, (t) => [unique("parent_pair").on(t.a, t.b)]);
export const children = sqliteTable("children", { id: integer("id").primaryKey(),
${
      ACTIONS.flatMap((onDelete, row) =>
        ACTIONS.map((onUpdate, column) =>
          `  f${row}${column}: integer("f${row}${column}").references(() => parents.id, { onDelete: "${onDelete}", onUpdate: "${onUpdate}" }),`
        )
      ).join("\n")
    }
  a: text("a"), b: text("b"), up: integer("up").references((): AnySQLiteColumn => children.id),
}, (t) => [foreignKey({ columns: [t.a, t.b], foreignColumns: [parents.a, parents.b], name: "pair" }).onDelete("cascade")]);`,
  ),
  one(
    "composite keys, named and not, with and without other keys",
    `export const a = sqliteTable("a", { x: integer("x"), y: text("y"), z: text("z") }, (t) => [primaryKey({ columns: [t.x, t.y] }), unique().on(t.z, t.x)]);
export const b = sqliteTable("b", { x: integer("x").notNull(), y: text("y").notNull() }, (t) => [primaryKey({ name: "b_key", columns: [t.y, t.x] }), foreignKey({ columns: [t.x, t.y], foreignColumns: [a.x, a.y] }).onUpdate("cascade")]);
export const c = sqliteTable("c", { id: integer("id").primaryKey({ autoIncrement: true }) });
export const d = sqliteTable("d", { id: text("id").primaryKey().notNull() });`,
  ),
  one(
    "defaults of every kind",
    `export const t = sqliteTable("t", { id: integer("id").primaryKey(), now: text("now").default(sql\`(current_timestamp)\`), ms: integer("ms", { mode: "timestamp_ms" }).notNull().default(sql\`(unixepoch() * 1000)\`), n: real("n").default(-1.5), zero: integer("zero").notNull().default(0), yes: integer("yes", { mode: "boolean" }).default(true), no: integer("no", { mode: "boolean" }).default(false), json: text("json", { mode: "json" }).default({ a: ["it's"], b: null }), q: text("q").default("it's \\"quoted\\" \`so\`"), empty: text("empty").default(""), nothing: text("nothing").default(sql\`null\`), hex: blob("hex").default(sql\`(x'00ff')\`), when: integer("when", { mode: "timestamp" }).default(new Date(1700000000000)), exact: numeric("exact").default("10.50"), fn: text("fn").$defaultFn(() => "x") });`,
  ),
  one(
    "custom types and helper functions",
    `const money = customType<{ data: number; driverData: number }>({ dataType: () => "numeric(10, 2)", toDriver: (v) => v * 100 });
const id = () => text("id").primaryKey().$defaultFn(() => crypto.randomUUID());
const stamps = { createdAt: integer("created_at", { mode: "timestamp" }).notNull().default(sql\`(unixepoch())\`), updatedAt: integer("updated_at", { mode: "timestamp" }) };
const owned = (name: string) => sqliteTable(name, { id: id(), price: money("price").notNull().default(3), ...stamps }, (t) => [index(\`\${name}_created\`).on(t.createdAt)]);
export const orders = owned("orders"), carts = owned("carts");
export default owned("fallback");
export const nested = { inner: owned("inner") };`,
  ),
  one(
    "enums, names with odd characters, many columns",
    `export const t = sqliteTable("order", { id: integer("id").primaryKey(), group: text("group", { enum: ["a", "b"] }).notNull(), "Select": text("Select"), dash: text("with-dash"), space: text("with space"), umlaut: text("größe"), ${
      Array.from({ length: 80 }, (_, at) => `c${at}: text("c${at}")`).join(", ")
    } }, (t) => [index("with space idx").on(t.space), uniqueIndex("größe_idx").on(t.umlaut)]);`,
  ),
  one(
    "views over views, with columns of their own, and existing ones",
    `${BASE}
export const adults = sqliteView("adults").as((qb) => qb.select({ id: users.id, email: users.email }).from(users).where(sql\`\${users.age} >= 18\`));
export const mails = sqliteView("mails", { email: text("email") }).as(sql\`select email from adults\`);
export const joined = sqliteView("joined").as((qb) => qb.select({ title: posts.title, email: users.email }).from(posts).innerJoin(users, eq(posts.author, users.id)));
export const foreign = sqliteView("foreign_view", { a: text("a") }).existing();`,
  ),
  one(
    "checks and partial indexes with quotes",
    `export const t = sqliteTable("t", { id: integer("id").primaryKey(), a: text("a"), n: integer("n") }, (t) => [check("a_not_x", sql\`\${t.a} <> 'x''y; --'\`), check("n_in", sql\`\${t.n} in (1, 2, 3)\`), index("t_n").on(t.n).where(sql\`\${t.a} = 'b' and \${t.n} is not null\`), uniqueIndex("t_expr").on(sql\`lower(\${t.a})\`, sql\`\${t.n} + 1\`)]);`,
  ),
  {
    name: "tables in the order of the files that export them",
    files: {
      [SCHEMA]: `import { integer, sqliteTable } from "drizzle-orm/sqlite-core";
export * from "./parts/zebras";
/* export * from "./parts/missing"; */
export const own = sqliteTable("own", { id: integer("id").primaryKey() });
export * from './parts/apes'
export const more = sqliteTable("more", { id: integer("id").primaryKey() });`,
      "defs/parts/zebras.ts": `import { integer, sqliteTable } from "drizzle-orm/sqlite-core";
export const zebras = sqliteTable("zebras", { id: integer("id").primaryKey() });
export const yaks = sqliteTable("yaks", { id: integer("id").primaryKey() });`,
      "defs/parts/apes.ts": `import { integer, sqliteTable } from "drizzle-orm/sqlite-core";
export const apes = sqliteTable("apes", { id: integer("id").primaryKey() });`,
    },
  },
  {
    name: "tables behind files that export others, over four floors, and twice",
    files: {
      [SCHEMA]: `export * from "./zoo";\n${
        tables("own", "also_own")
      }\nexport * from "./parts/plants.js";`,
      "defs/zoo/index.ts": `${
        tables("keepers")
      }\nexport * from "./mammals";\nexport * from "./birds";`,
      "defs/zoo/mammals.ts": `export * from "./deep/whales";\n${
        tables("zebras", "apes")
      }\nexport * from "./birds";`,
      "defs/zoo/birds.ts": tables("wrens", "doves"),
      "defs/zoo/deep/whales.ts": `export * from "./deeper";\n${tables("orcas")}`,
      "defs/zoo/deep/deeper/index.ts": tables("squids", "clams"),
      "defs/parts/plants.ts":
        `export { yews as trees } from "./yews";\nexport * from "../zoo/birds";\n${
          tables("weeds")
        }`,
      "defs/parts/yews.ts": tables("yews"),
    },
  },
  {
    name: "schemas over several files, `@defs` imports and system tables",
    files: {
      "__generated__/sys_schema.ts": SYSTEM,
      "defs/index.ts": BARREL,
      [SCHEMA]: `export * from "./parts/users";\nexport * from "./parts/walls";\n`,
      "defs/parts/users.ts": `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { esSystemAuthUser } from "../../__generated__/sys_schema";
export const users = sqliteTable("users", { id: integer("id").primaryKey(), account: text("account").notNull().references(() => esSystemAuthUser.id, { onDelete: "cascade" }) });`,
      "defs/parts/walls.ts": `import { integer, sqliteTable } from "drizzle-orm/sqlite-core";
import { users } from "@defs";
export const walls = sqliteTable("walls", { id: integer("id").primaryKey(), author: integer("author_id").references(() => users.id) });`,
    },
  },
  one(
    "nothing but a type and a relation",
    `export const t = sqliteTable("t", { id: integer("id").primaryKey() });
export const r = relations(t, () => ({}));
export type T = typeof t.$inferSelect;`,
  ),
  one(
    "then: columns, references, indexes and tables are added",
    BASE,
    BASE.replace(
      'age: integer("age")',
      'age: integer("age"), name: text("name").notNull().default("x"), boss: integer("boss").references((): AnySQLiteColumn => users.id)',
    )
      .replace(".on(t.age)", '.on(t.age), uniqueIndex("users_email").on(t.email)') +
      `export const tags = sqliteTable("tags", { name: text("name").primaryKey(), post: integer("post_id").references(() => posts.id) });`,
  ),
  one(
    "then: generated columns and views are added",
    BASE,
    BASE.replace(
      'title: text("title")',
      'title: text("title"), low: text("low").generatedAlwaysAs(sql`lower(title)`)',
    ) +
      `export const v = sqliteView("v").as((qb) => qb.select({ id: users.id }).from(users));`,
  ),
  one(
    "then: a view changes and an index changes its columns",
    `${BASE}export const v = sqliteView("v").as((qb) => qb.select({ id: users.id }).from(users));`,
    `${
      BASE.replace(".on(t.age)", ".on(t.age, t.email)")
    }export const v = sqliteView("v").as((qb) => qb.select({ id: users.id, age: users.age }).from(users));`,
  ),
  one(
    "then: a column, its index and a view go",
    `${BASE}export const v = sqliteView("v").as((qb) => qb.select({ id: users.id }).from(users));`,
    BASE.replace(', age: integer("age")', "").replace(/, \(t\) => .*age.*\]/, ""),
  ),
  one("then: a table goes", BASE, BASE.replace(/export const posts.*\n/, "")),
  one(
    "then: children and parents go together",
    `${BASE}export const keep = sqliteTable("keep", { id: integer("id").primaryKey() });`,
    `export const keep = sqliteTable("keep", { id: integer("id").primaryKey() });`,
  ),
  one(
    "then: only relations change",
    BASE,
    `${BASE}export const userRelations = relations(users, ({ many }) => ({ posts: many(posts) }));`,
  ),
  one(
    "then: only the order of tables and columns changes",
    BASE,
    BASE.split("\n").toReversed().join("\n").replace(
      'email: text("email").notNull(), age: integer("age")',
      'age: integer("age"), email: text("email").notNull()',
    ),
  ),
];
