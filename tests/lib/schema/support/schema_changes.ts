import type { Snapshot } from "../../../../lib/schema/snapshot.ts";
import type { Random } from "../../../support/random.ts";

type Table = Snapshot["tables"][string];

/** Small changes of one table, of each kind that a schema can make; those that nothing follows from, too. */
export const CHANGES: Record<string, (table: Table, random: Random) => void> = {
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
      "numeric(10, 2)",
      "text COLLATE NOCASE",
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
  generatedOtherwise: (table, random) => {
    for (const { generated } of Object.values(table.columns)) {
      if (!generated) continue;
      if (random.chance(0.5)) generated.as = `(1 + ${2 + random.below(9)})`;
      else generated.type = generated.type === "stored" ? "virtual" : "stored";
    }
  },
  addColumn: (table, random) => {
    const [like] = Object.values(table.columns);
    const name = `added_${random.below(1000)}`;
    table.columns[name] = { ...like!, name, primaryKey: false, autoincrement: false };
  },
  addGenerated: (table, random) => {
    const name = `made_${random.below(1000)}`;
    const generated = { as: "(2 + 2)", type: random.pick(["stored", "virtual"] as const) };
    const rest = { type: "integer", primaryKey: false, notNull: random.chance(0.3), generated };
    table.columns[name] = { name, autoincrement: false, ...rest };
  },
  addReference: (table, random) => {
    const name = `parent_${random.below(1000)}`;
    const rest = { type: "integer", primaryKey: false, notNull: false, autoincrement: false };
    table.columns[name] = { name, ...rest };
    table.foreignKeys[`${name}_fk`] = {
      name: `${name}_fk`,
      tableFrom: table.name,
      tableTo: table.name,
      columnsFrom: [name],
      columnsTo: [Object.keys(table.columns)[0]!],
      onDelete: random.pick(["cascade", "set null", "no action"]),
      onUpdate: random.pick(["cascade", "no action"]),
    };
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
  indexOtherwise: (table, random) => {
    const indexes = Object.values(table.indexes);
    if (indexes.length === 0) return;
    const index = random.pick(indexes);
    const column = random.pick(Object.keys(table.columns));
    random.pick([
      () => (index.isUnique = !index.isUnique),
      () => (index.where = `"${column}" is not null`),
      () => delete index.where,
      () => (index.columns = [random.chance(0.5) ? column : `length("${column}")`]),
    ])();
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
  foreignKeyOtherwise: (table, random) => {
    for (const [name, key] of Object.entries(table.foreignKeys)) {
      if (random.chance(0.5)) key.onUpdate = random.pick(["cascade", "restrict", "no action"]);
      else {
        delete table.foreignKeys[name];
        table.foreignKeys[`${name}_again`] = { ...key, name: `${name}_again` };
      }
    }
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
  checkOtherwise: (table, random) => {
    const checks = Object.values(table.checkConstraints);
    if (checks.length === 0) return;
    const check = random.pick(checks);
    if (random.chance(0.5)) check.value = `${2 + random.below(9)} > 1 or ${check.value}`;
    else delete table.checkConstraints[check.name];
  },
};

/** Whether a column is new while another is gone: the package would ask. */
export function asks(prev: Snapshot, cur: Snapshot): boolean {
  return Object.keys(prev.tables).some((name) => {
    const [old, now] = [prev, cur].map(({ tables }) => Object.keys(tables[name]?.columns ?? {}));
    return old!.some((key) => !now!.includes(key)) && now!.some((key) => !old!.includes(key));
  });
}
