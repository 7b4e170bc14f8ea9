import assert from "node:assert/strict";
import { composeStatements } from "../../../../lib/schema/compose.ts";
import { loadKit } from "../../../../lib/schema/diff.ts";
import { openShadow, runScripts } from "../../../../lib/schema/shadow.ts";
import {
  EMPTY_SNAPSHOT,
  type SchemaTable,
  type Snapshot,
} from "../../../../lib/schema/snapshot.ts";
import type { Random } from "../../../support/random.ts";

const ACTIONS = ["cascade", "set null", "restrict", "no action"];
const ROWS = 5;

/** A database that refers to itself in random ways, and the SQL that rebuilds some of its tables. */
export interface RandomGraph {
  names: string[];
  /** Makes the tables, and views, triggers and indexes that no schema declares. */
  history: string[];
  /** Names of what no schema declares. */
  byHand: string[];
  inserts: string[];
  /** What our generator writes for the change. */
  statements: string[];
  /** The foreign keys that a table shall have afterwards, as `parent ACTION`. */
  wantedKeys(table: string): string[];
}

/** Makes a graph: tables that refer to each other, to themselves and in cycles, with rows. */
export async function randomGraph(random: Random): Promise<RandomGraph> {
  const kit = await loadKit();
  const prev = tablesOf(random);
  const cur = structuredClone(prev);
  const names = Object.keys(prev.tables);
  for (const name of names) {
    if (random.chance(1 / 3)) cur.tables[name]!.columns.v!.notNull = true;
    for (const key of Object.values(cur.tables[name]!.foreignKeys)) {
      if (random.chance(1 / 6)) key.onDelete = random.pick(ACTIONS);
    }
  }
  cur.tables[names[0]!]!.columns.v!.default = "'x'";
  const extras = byHand(names, random);
  const history = [
    ...await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, prev),
    ...extras.map(({ sql }) => sql),
  ];
  const statements = await composeStatements(
    kit,
    {
      prev,
      statements: await kit.generateSQLiteMigration(prev, cur),
      renames: [],
      meta: { tables: {}, columns: {} },
    },
    cur,
    () => {
      const shadow = openShadow();
      assert.equal(runScripts(shadow, [{ tag: "history", statements: history }]), null);
      return Promise.resolve(shadow);
    },
  );
  return {
    names,
    history,
    byHand: extras.map(({ name }) => name).sort(),
    inserts: names.flatMap((name) => insertsFor(name, prev.tables[name]!, random)),
    statements,
    wantedKeys: (name) =>
      Object.values(cur.tables[name]!.foreignKeys).map((key) =>
        `${key.tableTo} ${key.onDelete!.toUpperCase()}`
      ).sort(),
  };
}

function tablesOf(random: Random): Snapshot {
  const names = Array.from({ length: 2 + random.below(5) }, (_, index) => `t${index}`);
  const column = (name: string, type: string, primaryKey = false) => ({
    name,
    type,
    primaryKey,
    notNull: primaryKey,
    autoincrement: false,
  });
  const tables = Object.fromEntries(names.map((name): [string, SchemaTable] => {
    const parents = Array.from({ length: random.below(3) }, () => random.pick(names));
    const columns = [
      column("id", "integer", true),
      column("v", "text"),
      ...parents.map((_, index) => column(`f${index}`, "integer")),
    ];
    const keys = parents.map((parent, index) => ({
      name: `${name}_f${index}`,
      tableFrom: name,
      tableTo: parent,
      columnsFrom: [`f${index}`],
      columnsTo: ["id"],
      onDelete: random.pick(ACTIONS),
      onUpdate: "no action",
    }));
    return [name, {
      name,
      columns: Object.fromEntries(columns.map((item) => [item.name, item])),
      indexes: random.chance(0.5)
        ? { [`${name}_v`]: { name: `${name}_v`, columns: ["v"], isUnique: false } }
        : {},
      foreignKeys: Object.fromEntries(keys.map((key) => [key.name, key])),
      compositePrimaryKeys: {},
      uniqueConstraints: {},
      checkConstraints: {},
    }];
  }));
  return { ...EMPTY_SNAPSHOT, id: "a", tables };
}

/** Triggers that would empty another table, views over tables and views, an index on an expression. */
function byHand(names: string[], random: Random): { name: string; sql: string }[] {
  const found: { name: string; sql: string }[] = [];
  for (const name of names) {
    const other = random.pick(names);
    if (random.chance(0.3)) {
      found.push({
        name: `${name}_gone`,
        sql: `CREATE TRIGGER ${name}_gone AFTER DELETE ON ${name} BEGIN DELETE FROM ${other}; END`,
      });
    }
    if (random.chance(0.3)) {
      found.push({
        name: `${name}_view`,
        sql:
          `CREATE VIEW ${name}_view AS SELECT a.id, b.v FROM ${name} a JOIN ${other} b ON a.id = b.id`,
      });
    }
    if (random.chance(0.3)) {
      found.push({
        name: `${name}_lower`,
        sql: `CREATE INDEX ${name}_lower ON ${name} (lower(v)) WHERE v IS NOT NULL`,
      });
    }
  }
  return found;
}

function insertsFor(name: string, table: SchemaTable, random: Random): string[] {
  const links = Object.keys(table.columns).length - 2;
  return Array.from({ length: ROWS }, (_, index) => {
    const values = Array.from(
      { length: links },
      () => (random.chance(0.75) ? 1 + random.below(ROWS) : "NULL"),
    );
    return `INSERT INTO ${name} VALUES (${
      [index + 1, `'${name}-${index + 1}'`, ...values].join(", ")
    })`;
  });
}
