import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { loadKit } from "../../../lib/schema/diff.ts";
import { composeStatements } from "../../../lib/schema/compose.ts";
import { openShadow, runScripts } from "../../../lib/schema/shadow.ts";
import { EMPTY_SNAPSHOT, type SchemaTable, type Snapshot } from "../../../lib/schema/snapshot.ts";

const SEED = 777;
const GRAPHS = 200;
const ACTIONS = ["cascade", "set null", "restrict", "no action"];

/** A generator of the same numbers for the same seed (mulberry32). */
function random(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * below);
  };
}

/** Tables that refer to each other, to themselves and in cycles; every reference may be empty. */
function graph(pick: (below: number) => number): Snapshot {
  const names = Array.from({ length: 2 + pick(5) }, (_, index) => `t${index}`);
  const tables = Object.fromEntries(names.map((name): [string, SchemaTable] => {
    const parents = Array.from({ length: pick(3) }, () => names[pick(names.length)]!);
    const column = (columnName: string, type: string, primaryKey = false) => ({
      name: columnName,
      type,
      primaryKey,
      notNull: primaryKey,
      autoincrement: false,
    });
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
      onDelete: ACTIONS[pick(ACTIONS.length)]!,
      onUpdate: "no action",
    }));
    return [name, {
      name,
      columns: Object.fromEntries(columns.map((item) => [item.name, item])),
      indexes: pick(2)
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

Deno.test(`no row is lost when random tables of ${GRAPHS} random graphs are rebuilt (seed ${SEED})`, async () => {
  const kit = await loadKit();
  const pick = random(SEED);
  for (let turn = 0; turn < GRAPHS; turn++) {
    const prev = graph(pick);
    const cur = structuredClone(prev);
    const names = Object.keys(prev.tables);
    for (const name of names) if (pick(3) === 0) cur.tables[name]!.columns.v!.notNull = true;
    cur.tables[names[0]!]!.columns.v!.default = "'x'";
    const history = await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, prev);
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
    const db = new DatabaseSync(":memory:");
    db.exec("PRAGMA foreign_keys = OFF");
    for (const sql of history) db.exec(sql);
    for (const name of names) {
      const width = Object.keys(prev.tables[name]!.columns).length;
      for (let row = 1; row <= 5; row++) {
        const values = [
          row,
          `'${name}-${row}'`,
          ...Array.from({ length: width - 2 }, () => (pick(4) ? 1 + pick(5) : "NULL")),
        ];
        db.exec(`INSERT INTO ${name} VALUES (${values.join(", ")})`);
      }
    }
    db.exec("PRAGMA foreign_keys = ON");
    const all = () =>
      names.map((name) =>
        db.prepare(`SELECT * FROM ${name} ORDER BY id`).all().map((row) => ({ ...row }))
      );
    const before = all();
    db.exec("BEGIN; PRAGMA defer_foreign_keys = ON");
    for (const sql of statements) db.exec(sql);
    db.exec("COMMIT");
    assert.deepEqual(all(), before, `graph ${turn}\n${statements.join("\n")}`);
    assert.deepEqual(db.prepare("PRAGMA foreign_key_check").all(), [], `graph ${turn}`);
    const left = db.prepare(
      "SELECT name FROM sqlite_schema WHERE name LIKE '\\_\\_new%' ESCAPE '\\'",
    ).all();
    assert.deepEqual(left, []);
    // The new definition is the wanted one: its keys lead where the schema says.
    for (const name of names) {
      const wanted = Object.values(cur.tables[name]!.foreignKeys).map((key) =>
        `${key.tableTo} ${key.onDelete!.toUpperCase()}`
      ).sort();
      const have = db.prepare(`PRAGMA foreign_key_list(${name})`).all().map((row) =>
        `${row.table} ${row.on_delete}`
      ).sort();
      assert.deepEqual(have, wanted, `graph ${turn}, ${name}`);
    }
    db.close();
  }
});
