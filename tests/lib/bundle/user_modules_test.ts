import assert from "node:assert/strict";
import { readSchema } from "../../../lib/project/schema.ts";
import { failureOf, inProject } from "../sandbox/world.ts";

const HEAD = `import { sqliteTable, text } from "drizzle-orm/sqlite-core";\n`;

Deno.test("declarations may use packages that only compute, other files and the barrel", async () => {
  await inProject({
    "server/node_modules/nanoid/package.json": JSON.stringify({
      name: "nanoid",
      exports: { ".": { import: "./esm.js", require: "./cjs.js" } },
    }),
    "server/node_modules/nanoid/esm.js":
      `import { randomBytes } from "crypto"; export const nanoid = (n) => randomBytes(n).toString("hex").slice(0, n);`,
    // A package that talks to drizzle-orm must meet the same one.
    "node_modules/drizzle-thing/index.js":
      `const { is, Table, getTableName } = require("drizzle-orm"); exports.nameOf = (t) => is(t, Table) ? getTableName(t) : "?";`,
    "server/tsconfig.json": `{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }`,
    "server/src/lib/ids.ts":
      `import { nanoid } from "nanoid"; export const id = () => text().$defaultFn(() => nanoid(8));\nimport { text } from "drizzle-orm/sqlite-core";`,
    "defs/prefix.ts": `export const PREFIX = "app";`,
    "defs/index.ts": `export * from "./prefix"; export * from "./db_schema";`,
    "defs/db_schema.ts":
      `${HEAD}import { id } from "~/lib/ids"; import { PREFIX } from "@defs"; import { nameOf } from "drizzle-thing";
      import type { BucketDef } from "@sdk/server-types"; import { join } from "node:path";
      export const one = sqliteTable("one", { id: id() });
      export const two = sqliteTable(join(PREFIX, nameOf(one)), { id: id() });
      export type B = BucketDef;`,
  }, async ({ system, project }) => {
    const { tableNames, sources } = await readSchema(system, project);
    assert.deepEqual(tableNames, ["one", "app/one"]);
    assert.deepEqual(
      sources,
      ["db_schema.ts", "index.ts", "prefix.ts"].map((name) => `server/src/defs/${name}`).concat(
        "server/src/lib/ids.ts",
      ),
    );
  });
});

Deno.test("a place in the first line is told without what we put before it", async () => {
  await inProject({ "defs/db_schema.ts": `export const x = ;` }, async ({ system, project }) => {
    assert.deepEqual((await failureOf(readSchema(system, project))).details?.column, 18);
  });
  await inProject(
    { "defs/db_schema.ts": `const a = 1; throw new Error("x");` },
    async ({ system, project }) => {
      assert.deepEqual((await failureOf(readSchema(system, project))).details?.column, 20);
    },
  );
});

Deno.test("all that is wrong is in the details", async () => {
  await inProject(
    { "defs/db_schema.ts": `import "./one";\nimport "two";\nimport "node:fs";` },
    async ({ system, project }) => {
      const failure = await failureOf(readSchema(system, project));
      assert.match(failure.message, /\(and 2 more\)$/);
      const errors = failure.details?.errors as { code: string; line: number }[];
      assert.deepEqual(errors.map(({ code, line }) => `${code} ${line}`).toSorted(), [
        "IMPORT_MISSING 1",
        "IMPORT_REFUSED 3",
        "PACKAGE_MISSING 2",
      ]);
    },
  );
});
