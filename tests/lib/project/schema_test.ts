import assert from "node:assert/strict";
import { generateSQLiteDrizzleJson } from "drizzle-kit/api";
import { readSchema } from "../../../lib/project/schema.ts";
import { failureOf, inProject } from "../sandbox/world.ts";
import * as columns from "./schemas/columns.ts";
import * as generated from "./schemas/generated.ts";
import * as indexes from "./schemas/indexes.ts";
import * as keys from "./schemas/keys.ts";
import * as views from "./schemas/views.ts";

const schemas: Record<string, Record<string, unknown>> = {
  columns,
  generated,
  indexes,
  keys,
  views,
};

const SYSTEM = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const esSystemAuthUser = sqliteTable("es_system__auth_user", { id: text().primaryKey() });
`;

for (const [name, exports] of Object.entries(schemas)) {
  Deno.test(`the snapshot of ${name} is the one that drizzle-kit makes`, async () => {
    const text = await Deno.readTextFile(new URL(`./schemas/${name}.ts`, import.meta.url));
    await inProject({ "defs/db_schema.ts": text }, async ({ system, project }) => {
      const { snapshot, tableNames } = await readSchema(system, project);
      const { id: _, prevId: __, ...stock } = JSON.parse(
        JSON.stringify(await generateSQLiteDrizzleJson(exports)),
      );
      assert.deepEqual(snapshot, stock);
      // The order decides the order of the generated statements.
      assert.equal(JSON.stringify(snapshot), JSON.stringify(stock));
      assert.deepEqual(tableNames, Object.keys(stock.tables));
    });
  });
}

Deno.test("system tables are left out, references to them stay", async () => {
  await inProject({
    "server/src/__generated__/sys_schema.ts": SYSTEM,
    "defs/db_schema.ts": `import { sqliteTable, text } from "drizzle-orm/sqlite-core";
      import { esSystemAuthUser } from "../__generated__/sys_schema";
      export * from "../__generated__/sys_schema";
      export * from "./posts";
      export const notes = sqliteTable("notes", { owner: text().references(() => esSystemAuthUser.id, { onDelete: "cascade" }) });`,
    "defs/posts.ts": `import { sqliteTable, text } from "drizzle-orm/sqlite-core";
      import { notes } from "./db_schema";
      export const posts = sqliteTable("posts", { note: text().references(() => notes.owner) });`,
    "defs/db_relations.ts": `import { relations } from "drizzle-orm";
      import { notes, posts } from "./db_schema";
      export const postRelations = relations(posts, ({ one }) => ({ note: one(notes, { fields: [posts.note], references: [notes.owner] }) }));`,
  }, async ({ system, project }) => {
    const schema = await readSchema(system, project);
    assert.deepEqual(schema.tableNames, ["notes", "posts"]);
    assert.deepEqual(schema.snapshot.tables.notes!.foreignKeys, {
      notes_owner_es_system__auth_user_id_fk: {
        name: "notes_owner_es_system__auth_user_id_fk",
        tableFrom: "notes",
        tableTo: "es_system__auth_user",
        columnsFrom: ["owner"],
        columnsTo: ["id"],
        onDelete: "cascade",
        onUpdate: "no action",
      },
    });
    assert.deepEqual(Object.keys(schema.snapshot.tables.posts!.foreignKeys), [
      "posts_note_notes_owner_fk",
    ]);
    assert.equal(schema.relations, 1);
    assert.deepEqual(schema.sources, [
      "server/src/__generated__/sys_schema.ts",
      "server/src/defs/db_relations.ts",
      "server/src/defs/db_schema.ts",
      "server/src/defs/posts.ts",
    ]);
  });
});

Deno.test("a project without a schema file, or with an empty one, declares no tables", async () => {
  await inProject({}, async ({ system, project }) => {
    assert.deepEqual((await readSchema(system, project)).tableNames, []);
  });
  await inProject({ "defs/db_schema.ts": "export {};" }, async ({ system, project }) => {
    assert.deepEqual((await readSchema(system, project)).snapshot.tables, {});
  });
});

Deno.test("a bigint default is written as SQL, which JSON has no number for", async () => {
  const text = `import { blob, sqliteTable } from "drizzle-orm/sqlite-core";
    export const t = sqliteTable("t", { big: blob({ mode: "bigint" }).default(9007199254740993n) });`;
  await inProject({ "defs/db_schema.ts": text }, async ({ system, project }) => {
    assert.equal(
      (await readSchema(system, project)).snapshot.tables.t!.columns.big!.default,
      "9007199254740993",
    );
  });
});

const invalid: [what: string, text: string, message: RegExp][] = [
  [
    "two tables of one name",
    `export const a = sqliteTable("x", { id: text() }); export const b = sqliteTable("x", { other: text() });`,
    /Two tables are named `x`/,
  ],
  [
    "two tables whose names differ in case only",
    `export const a = sqliteTable("Posts", { id: text() }); export const b = sqliteTable("posts", { id: text() });`,
    /Two tables are named `Posts` and `posts`, one name to SQLite/,
  ],
  [
    "two columns of one name",
    `export const a = sqliteTable("x", { id: text("n"), other: text("n") });`,
    /Two columns of table `x` are named `n`/,
  ],
  [
    "two unique constraints of one name",
    `export const a = sqliteTable("x", { id: text().unique("u"), other: text().unique("u") });`,
    /Two unique constraints of table `x`/,
  ],
  [
    "a parameter in a default",
    "export const a = sqliteTable(\"x\", { id: text().default(sql`${'y'}`) });",
    /default of column `id`/,
  ],
  [
    "a reference to nothing",
    `export const a = sqliteTable("x", { id: text().references(() => a.nope) });`,
    /foreign key of table `x` points/,
  ],
];
for (const [what, text, message] of invalid) {
  Deno.test(`refused: ${what}`, async () => {
    const head =
      `import { sql } from "drizzle-orm"; import { sqliteTable, text } from "drizzle-orm/sqlite-core";\n`;
    await inProject({ "defs/db_schema.ts": head + text }, async ({ system, project }) => {
      const failure = await failureOf(readSchema(system, project));
      assert.equal(failure.code, "SCHEMA_INVALID");
      assert.match(failure.message, message);
    });
  });
}
