/** The bundle's cut of drizzle-kit against the package as it is: the same SQL for the same schemas. */
import * as stock from "drizzle-kit/api";
import { build, stop } from "esbuild";
import { join, toFileUrl } from "@std/path";
import assert from "node:assert/strict";
import type { Snapshot } from "../../../lib/schema/snapshot.ts";
import { buildKit } from "../../../scripts/bundle.ts";
import { ROOT } from "../../support/fixtures.ts";
import { Random } from "../../support/random.ts";

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
  const expected = await stockKit.generateSQLiteMigration(prev, cur);
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

type Table = Snapshot["tables"][string];

/** Small changes of one table, of each kind that a schema can make; those that nothing follows from, too. */
const CHANGES: Record<string, (table: Table, random: Random) => void> = {
  notNull: (table, random) => {
    const column = random.pick(Object.values(table.columns));
    column.notNull = !column.notNull;
  },
  default: (table, random) => {
    random.pick(Object.values(table.columns)).default = random.pick([
      "'x'",
      0,
      "(unixepoch())",
      false,
    ]);
  },
  type: (table, random) => {
    random.pick(Object.values(table.columns)).type = random.pick([
      "text",
      "integer",
      "real",
      "blob",
    ]);
  },
  autoincrement: (table, random) => {
    const column = random.pick(Object.values(table.columns));
    column.autoincrement = !column.autoincrement;
  },
  primaryKey: (table, random) => {
    const column = random.pick(Object.values(table.columns));
    column.primaryKey = !column.primaryKey;
  },
  generated: (table, random) => {
    const column = random.pick(Object.values(table.columns));
    if (column.generated) delete column.generated;
    else column.generated = { as: "(1 + 1)", type: random.pick(["stored", "virtual"]) };
  },
  addColumn: (table, random) => {
    const [like] = Object.values(table.columns);
    const name = `added_${random.below(1000)}`;
    table.columns[name] = { ...like!, name, primaryKey: false, autoincrement: false };
  },
  dropColumn: (table, random) => {
    const names = Object.keys(table.columns);
    if (names.length > 1) delete table.columns[random.pick(names)];
  },
  index: (table, random) => {
    const name = `made_${random.below(1000)}_idx`;
    table.indexes[name] = {
      name,
      columns: [random.pick(Object.keys(table.columns))],
      isUnique: random.below(2) === 0,
      ...random.below(2) === 0 && { where: "1 = 1" },
    };
  },
  dropIndex: (table, random) => {
    const names = Object.keys(table.indexes);
    if (names.length > 0) delete table.indexes[random.pick(names)];
  },
  foreignKey: (table, random) => {
    const name = `made_${random.below(1000)}_fk`;
    table.foreignKeys[name] = {
      name,
      tableFrom: table.name,
      tableTo: table.name,
      columnsFrom: [random.pick(Object.keys(table.columns))],
      columnsTo: [Object.keys(table.columns)[0]!],
      onDelete: random.pick(["cascade", "set null", "no action"]),
      onUpdate: "no action",
    };
  },
  dropForeignKey: (table, random) => {
    const names = Object.keys(table.foreignKeys);
    if (names.length > 0) delete table.foreignKeys[random.pick(names)];
  },
  compositeKey: (table, random) => {
    const columns = Object.keys(table.columns).slice(0, 1 + random.below(3));
    table.compositePrimaryKeys = { made_pk: { name: "made_pk", columns } };
  },
  check: (table, random) => {
    table.checkConstraints.made = { name: "made", value: `1 < ${2 + random.below(9)}` };
  },
};

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

/** Where a column is new while another is gone, the package would ask. */
function asks(prev: Snapshot, cur: Snapshot): boolean {
  return Object.keys(prev.tables).some((name) => {
    const [old, now] = [prev, cur].map(({ tables }) => Object.keys(tables[name]!.columns));
    return old!.some((key) => !now!.includes(key)) && now!.some((key) => !old!.includes(key));
  });
}

Deno.test("pruned drizzle-kit refuses to guess where the package would ask", async () => {
  const table = (name: string) => ({ ...Object.values(json.tables)[0]!, name });
  const schema = await import(toFileUrl(join(ROOT, "tests/lib/project/schemas", "keys.ts")).href);
  const json = await jsonOf(schema);
  const one = { ...json, tables: { a: table("a") } } as Snapshot;
  const other = { ...json, tables: { b: table("b") } } as Snapshot;
  await assert.rejects(pruned.generateSQLiteMigration(one, other), /would ask/);
});
