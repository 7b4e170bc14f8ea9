import assert from "node:assert/strict";
import { join } from "@std/path";
import { build, type BuildOptions, type Plugin, stop } from "esbuild";
import * as entity from "drizzle-orm";
import * as sqlite from "drizzle-orm/sqlite-core";
import { fasterDrizzle, fasterText } from "../../../lib/bundle/faster_drizzle.ts";
import { base64 } from "../../../lib/base64.ts";
import { ROOT } from "../../../scripts/esbuild_options.ts";

const ENTITY = join(ROOT, "node_modules", "drizzle-orm", "entity.js");

type Is = (value: unknown, type: unknown) => boolean;

async function remembering(): Promise<Is> {
  const text = fasterText("entity.js", await Deno.readTextFile(ENTITY));
  assert.ok(text, "drizzle-orm's `entity.js` is another one: read what has changed");
  return (await import(`data:text/javascript;base64,${btoa(text)}`)).is;
}

/** What happens, whether it is an answer or an error. */
function outcome(is: Is, value: unknown, type: unknown): string {
  try {
    return String(is(value, type));
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

Deno.test("drizzle's `is` remembers and answers as before, every value against every class, twice", async () => {
  const is = await remembering();
  const users = sqlite.sqliteTable("users", {
    id: sqlite.integer("id").primaryKey(),
    name: sqlite.text("name"),
    at: sqlite.integer("at", { mode: "timestamp" }),
    bytes: sqlite.blob("bytes"),
  });
  const query = entity.sql`select ${users.id}, ${entity.sql.placeholder("x")}, ${1}`;
  /** A class of another copy of drizzle: known by its name only. */
  class Foreign {
    static readonly [entity.entityKind]: string = "SQL";
  }
  class ForeignColumn extends Foreign {
    static override readonly [entity.entityKind]: string = "SQLiteInteger";
  }
  class Stranger {}
  const values: unknown[] = [
    ...[undefined, null, 0, 1, "", "text", true, Symbol("x"), 10n, () => {}, [], {}, new Date()],
    ...[Object.create(null), new Map(), new Stranger(), new Foreign(), new ForeignColumn()],
    ...[users, ...Object.values(users), query, ...query.queryChunks, entity.eq(users.id, 1)],
    ...[query.as("q"), entity.sql.identifier("x"), sqlite.alias(users, "u"), new Proxy(users, {})],
    ...[sqlite.sqliteView("v").as((qb) => qb.select().from(users)), sqlite.index("i").on(users.id)],
    ...[entity.relations(users, () => ({})), sqlite.alias(users, "u").id],
    new Proxy(users.id, { getPrototypeOf: () => Stranger.prototype }),
  ];
  const types: unknown[] = [
    ...[...Object.values(entity), ...Object.values(sqlite)].filter((one) =>
      typeof one === "function" && Object.hasOwn(one, entity.entityKind)
    ),
    ...[Foreign, ForeignColumn, Stranger, Date, undefined, {}],
  ];
  assert.ok(types.length > 80);
  let yes = 0;
  for (const turn of ["first", "second"]) {
    for (const [row, value] of values.entries()) {
      for (const type of types) {
        const expected = outcome(entity.is as Is, value, type);
        yes += Number(expected === "true");
        assert.equal(outcome(is, value, type), expected, `${turn}: value ${row}, ${String(type)}`);
      }
    }
  }
  assert.ok(yes > 100);
});

/** Queries of every kind; `orm`, `core` and `driver` are one copy of drizzle-orm. */
const QUERIES = `
export function queries() {
  const { and, asc, between, count, desc, eq, exists, gt, inArray, isNull, like, not, or, relations, sql } = orm;
  const users = core.sqliteTable("users", {
    id: core.integer("id").primaryKey({ autoIncrement: true }),
    name: core.text("name").notNull(),
    tags: core.text("tags", { mode: "json" }),
    at: core.integer("at", { mode: "timestamp" }),
    big: core.numeric("big", { mode: "bigint" }),
  });
  const posts = core.sqliteTable("posts", {
    id: core.integer("id").primaryKey(),
    title: core.text("title"),
    by: core.integer("by").references(() => users.id),
  });
  const usersMany = relations(users, ({ many }) => ({ posts: many(posts) }));
  const postsOne = relations(posts, ({ one }) => ({ user: one(users, { fields: [posts.by], references: [users.id] }) }));
  const db = driver.drizzle({}, { schema: { users, posts, usersMany, postsOne } });
  const view = core.sqliteView("loud").as((qb) => qb.select({ id: users.id, name: sql\`upper(\${users.name})\`.as("name") }).from(users));
  const sub = db.select({ by: posts.by, n: count().as("n") }).from(posts).groupBy(posts.by).as("sub");
  const cte = db.$with("cte").as(db.select().from(users).where(gt(users.id, 5)));
  const other = core.alias(users, "other");
  const inlined = sql\`\${users.id} > \${7} and \${users.name} = \${"O'Brien"}\`.inlineParams();
  const all = [
    db.select().from(users), db.selectDistinct({ n: users.name, x: sql\`1 + \${2}\`.as("x") }).from(users),
    db.select().from(users).where(eq(users.id, 1)).orderBy(desc(users.name), asc(users.id)).limit(3).offset(4),
    db.select().from(users).where(and(or(eq(users.id, 1), like(users.name, "a%")), not(isNull(users.at)), between(users.id, 1, 9))),
    db.select().from(users).where(inArray(users.id, [1, 2, 3])).groupBy(users.name).having(gt(count(), 1)),
    db.select().from(users).leftJoin(posts, eq(posts.by, users.id)).innerJoin(other, eq(other.id, users.id)),
    db.select().from(sub).where(gt(sub.n, 2)), db.with(cte).select().from(cte), db.select().from(view),
    db.select().from(users).where(exists(db.select().from(posts).where(eq(posts.by, users.id)))),
    db.select({ s: sql\`(\${db.select({ n: count() }).from(posts)})\` }).from(users).where(inlined),
    db.select().from(users).where(sql\`\${inlined} or \${sql\`\${users.id} < \${8}\`}\`),
    db.select().from(users).where(eq(users.name, sql.placeholder("name"))).limit(sql.placeholder("n")),
    db.select().from(users).union(db.select().from(users).where(eq(users.id, 2))).limit(1),
    db.select().from(users).where(sql.join([sql\`1\`, sql.raw("2"), sql.param(new Date(0), users.at)], sql\` = \`)),
    db.select({ list: sql\`\${[1, "two", null, undefined]}\`, id: sql\`\${sql.identifier("a b")}\` }).from(users),
    db.insert(users).values([{ name: "a", tags: [1] }, { name: sql\`lower(\${"B"})\` }]).returning(),
    db.insert(users).values({ name: "a" }).onConflictDoUpdate({ target: users.id, set: { name: sql\`excluded.name\` }, where: gt(users.id, 1) }),
    db.insert(posts).select(db.select({ id: users.id, title: users.name, by: users.id }).from(users)),
    db.update(users).set({ name: "b", at: new Date(5), big: 10n }).where(eq(users.id, 3)).returning({ id: users.id }),
    db.delete(users).where(or(eq(users.id, 1), eq(users.id, 2))),
    db.query.users.findMany({ with: { posts: { limit: 2, where: eq(posts.title, "x") } }, extras: { l: sql\`length(\${users.name})\`.as("l") } }),
    db.query.posts.findFirst({ columns: { id: true }, with: { user: true }, orderBy: desc(posts.id) }),
  ];
  const sqls = [...all, ...all.slice(0, 5)].map((one) => one.toSQL());
  const dialect = new core.SQLiteSyncDialect();
  const loose = [inlined, sql\`a\${sql.empty()}\${undefined}b\`, sql\`\${users}.\${users.id}\`, sql\`\${view}\`];
  return [...sqls, ...loose.flatMap((one) => [dialect.sqlToQuery(one), dialect.sqlToQuery(one, "indexes")])];
}`;

const BUNDLED: BuildOptions & { write: false } = {
  bundle: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  write: false,
  logLevel: "error",
};

const shown = (query: unknown) => JSON.stringify(query);

async function built(plugins: Plugin[]): Promise<{ queries: unknown[]; text: string }> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import * as orm from "drizzle-orm";
import * as core from "drizzle-orm/sqlite-core";
import * as driver from "drizzle-orm/d1";
${QUERIES}`,
      resolveDir: ROOT,
    },
    ...BUNDLED,
    plugins,
  });
  const { text } = outputFiles![0]!;
  const { queries } = await import(`data:text/javascript;base64,${base64(text)}`);
  return { queries: queries(), text };
}

Deno.test("queries of every kind come out the same, text and parameters", async () => {
  const before = await built([]);
  const after = await built([fasterDrizzle((path) => Deno.readTextFile(path))]);
  await stop();
  assert.ok(before.queries.length > 30);
  // As text: placeholders are objects of one copy or the other.
  assert.deepEqual(after.queries.map(shown), before.queries.map(shown));
  for (
    const word of [
      "answers.get(type)",
      "kindOf(chunk) === Table",
      "chunk[KIND]",
      "? _config : Object.assign",
      "!chunk.shouldInlineParams ? config",
    ]
  ) {
    assert.ok(after.text.includes(word) && !before.text.includes(word), word);
  }
});

Deno.test("parts that another copy of drizzle-orm made stand in a query as its own do", async () => {
  const other = await import("drizzle-orm");
  const core = await import("drizzle-orm/sqlite-core");
  const rows = core.sqliteTable("rows", { id: core.integer("id") });
  const parts = [
    rows,
    rows.id,
    other.sql`x = ${1}`,
    other.sql.identifier("n"),
    core.alias(rows, "a"),
  ];
  const contents = `import { sql } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
export const text = (parts) =>
  parts.map((part) => new SQLiteSyncDialect().sqlToQuery(sql\`select \${part} from \${part}\`));`;
  const [before, after] = await Promise.all(
    [[], [fasterDrizzle((path) => Deno.readTextFile(path))]].map(async (plugins) => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: ROOT },
        ...BUNDLED,
        plugins,
      });
      const url = `data:text/javascript;base64,${base64(outputFiles![0]!.text)}`;
      return (await import(url)).text(parts) as unknown[];
    }),
  );
  await stop();
  assert.equal(before!.length, parts.length);
  assert.deepEqual(after!.map(shown), before!.map(shown));
});

Deno.test("another text of drizzle's is left alone", () => {
  assert.equal(fasterText("entity.js", "export function is() { return true; }"), null);
  assert.equal(fasterText("column.js", "export class Column {}"), null);
});
