/** The bundle's cut of drizzle-kit against the package as it is: the same SQL for the same schemas. */
import * as stock from "drizzle-kit/api";
import { build, stop } from "esbuild";
import { join, toFileUrl } from "@std/path";
import assert from "node:assert/strict";
import { quietly } from "../../../lib/schema/quiet.ts";
import type { Snapshot } from "../../../lib/schema/snapshot.ts";
import { buildKit } from "../../../scripts/bundle.ts";
import { ROOT } from "../../support/fixtures.ts";
import { Random } from "../../support/random.ts";
import { asks, CHANGES } from "./support/schema_changes.ts";

interface Kit {
  generateSQLiteMigration(prev: Snapshot, cur: Snapshot): Promise<string[]>;
}

const stockKit = stock as unknown as Kit;
const jsonOf = async (schema: Record<string, unknown>) =>
  await stock.generateSQLiteDrizzleJson(schema) as unknown as Snapshot;

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await buildKit(build, folder);
await stop();
const pruned: Kit = await import(toFileUrl(join(folder, "kit.js")).href);
const empty = await jsonOf({});

async function same(prev: Snapshot, cur: Snapshot): Promise<number> {
  const expected = await quietly(() => stockKit.generateSQLiteMigration(prev, cur));
  assert.deepEqual(await pruned.generateSQLiteMigration(prev, cur), expected);
  return expected.length;
}

/** The schema without one of its tables, and with one column of each table changed. */
function* variants(json: Snapshot): Generator<Snapshot> {
  for (const name of Object.keys(json.tables)) {
    const { [name]: _, ...tables } = json.tables;
    yield { ...json, tables };
  }
  for (const [name, table] of Object.entries(json.tables)) {
    const [column] = Object.values(table.columns);
    const changed = { ...column!, notNull: !column!.notNull, default: "'x'" };
    const columns = { ...table.columns, [column!.name]: changed };
    yield { ...json, tables: { ...json.tables, [name]: { ...table, columns } } };
  }
}

for (const { name } of Deno.readDirSync(join(ROOT, "tests/lib/project/schemas"))) {
  if (!name.endsWith(".ts")) continue;
  Deno.test(`pruned drizzle-kit gives the same SQL: ${name}`, async () => {
    const schema = await import(toFileUrl(join(ROOT, "tests/lib/project/schemas", name)).href);
    const json = await jsonOf(schema);
    let statements = await same(empty, json) + await same(json, empty);
    for (const variant of variants(json)) {
      statements += await same(json, variant) + await same(variant, json);
    }
    assert.ok(statements > 4, `only ${statements} statements`);
  });
}

Deno.test("pruned drizzle-kit gives the same SQL for random changes (seed 4242)", async () => {
  const random = new Random(4242);
  const names = [...Deno.readDirSync(join(ROOT, "tests/lib/project/schemas"))]
    .map(({ name }) => name).filter((name) => name.endsWith(".ts")).sort();
  let statements = 0;
  for (const name of names) {
    const schema = await import(toFileUrl(join(ROOT, "tests/lib/project/schemas", name)).href);
    const json = await jsonOf(schema);
    for (let round = 0; round < 40 && Object.keys(json.tables).length > 0; round++) {
      const changed = structuredClone(json);
      for (let count = 1 + random.below(3); count > 0; count--) {
        const change = random.pick(Object.keys(CHANGES));
        CHANGES[change]!(random.pick(Object.values(changed.tables)), random);
      }
      if (asks(json, changed)) continue;
      statements += await same(json, changed);
    }
  }
  assert.ok(statements > 200, `only ${statements} statements`);
});

Deno.test("pruned drizzle-kit refuses to guess where the package would ask", async () => {
  const table = (name: string) => ({ ...Object.values(json.tables)[0]!, name });
  const schema = await import(toFileUrl(join(ROOT, "tests/lib/project/schemas", "keys.ts")).href);
  const json = await jsonOf(schema);
  const one = { ...json, tables: { a: table("a") } } as Snapshot;
  const other = { ...json, tables: { b: table("b") } } as Snapshot;
  await assert.rejects(pruned.generateSQLiteMigration(one, other), /would ask/);
});

Deno.test("neither drizzle-kit prints a word about what it leaves out", async () => {
  const column = { name: "up", type: "text", primaryKey: false, notNull: false };
  const schema = await import(toFileUrl(join(ROOT, "tests/lib/project/schemas", "keys.ts")).href);
  const prev = await jsonOf(schema), cur = structuredClone(prev);
  const stored = { ...column, generated: { as: "(1)", type: "stored" as const } };
  Object.values(cur.tables)[0]!.columns.up = stored;
  await Deno.writeTextFile(join(folder, "schemas.json"), JSON.stringify([prev, cur]));
  for (const module of [join(folder, "kit.js"), join(ROOT, "lib/schema/kit.ts")]) {
    const code = `import { generateSQLiteMigration } from ${JSON.stringify(toFileUrl(module).href)};
const text = Deno.readTextFileSync(${JSON.stringify(join(folder, "schemas.json"))});
const made = await generateSQLiteMigration(...JSON.parse(text));
console.log("statements:", made.length);`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", "--config", join(ROOT, "deno.json"), code],
      env: { NO_COLOR: "1" },
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.equal(said, "statements: 0\n", new TextDecoder().decode(stderr));
  }
});
