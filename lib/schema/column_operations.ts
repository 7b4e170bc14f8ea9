import { DatabaseSync } from "node:sqlite";
import type { Kit } from "./diff.ts";
import { familyOf } from "./family.ts";
import type { WantedTable } from "./rebuild.ts";
import { rehearse } from "./rehearsal.ts";
import { mentions, newName } from "./rewrite_create.ts";
import { columnsOf, foreignKeysOf } from "./shadow.ts";
import { sameValue, type SchemaColumn, type SchemaTable, type Snapshot } from "./snapshot.ts";
import { quoteName } from "./tokens.ts";

/**
 * Statements that give columns another type, default or nullability without touching the tables that
 * refer to theirs: add the new column, copy the values, drop the old one, take its name. The column then
 * stands last, as one that is added does.
 *
 * @param db a shadow that is at the state before these statements; it is changed
 * @returns null where a rebuild is needed, or costs less: no other table refers to these
 */
export async function columnOperations(
  kit: Kit,
  prev: Snapshot,
  cur: Snapshot,
  wanted: WantedTable[],
  db: DatabaseSync,
): Promise<string[] | null> {
  const names = wanted.map(({ name }) => name);
  if (familyOf(db, names).tables.length === names.length) return null;
  const statements: string[] = [];
  for (const name of names) {
    const columns = changedColumns(prev, cur, name);
    if (columns === null) return null;
    for (const column of columns) {
      statements.push(...await replaceColumn(kit, cur, name, column, db));
    }
  }
  return provesEqual(db, statements, wanted) ? statements : null;
}

/** The columns that differ, or null when something else does, or other things depend on one of them. */
function changedColumns(prev: Snapshot, cur: Snapshot, name: string): SchemaColumn[] | null {
  const before = prev.tables[name], now = cur.tables[name];
  if (!before || !now || Object.keys(before.columns).length !== Object.keys(now.columns).length) {
    return null;
  }
  const rest = ({ columns: _, ...others }: SchemaTable) => others;
  if (!sameValue(rest(before), rest(now))) return null;
  const keys = Object.values(cur.tables).flatMap(({ foreignKeys }) => Object.values(foreignKeys));
  const fixed = new Set([
    ...keys.filter(({ tableFrom }) => tableFrom === name).flatMap(({ columnsFrom }) => columnsFrom),
    ...keys.filter(({ tableTo }) => tableTo === name).flatMap(({ columnsTo }) => columnsTo),
    ...Object.values(now.compositePrimaryKeys).flatMap(({ columns }) => columns),
  ]);
  const changed = Object.values(now.columns).filter((column) =>
    !sameValue(before.columns[column.name], column)
  );
  const isFree = (column: SchemaColumn | undefined) =>
    column && !column.primaryKey && !column.generated && !fixed.has(column.name);
  return changed.every((column) => isFree(column) && isFree(before.columns[column.name]))
    ? changed
    : null;
}

async function replaceColumn(
  kit: Kit,
  cur: Snapshot,
  table: string,
  column: SchemaColumn,
  db: DatabaseSync,
): Promise<string[]> {
  const added = { ...column, name: newName(column.name) };
  const only = { ...cur, tables: { [table]: cur.tables[table]! }, views: {} };
  const both = structuredClone(only);
  both.tables[table]!.columns[added.name] = added;
  const indexes = db.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND lower(tbl_name) = lower(?) AND sql IS NOT NULL ORDER BY rowid",
  ).all(table).map(({ name, sql }) => ({ name: String(name), sql: String(sql) }))
    .filter(({ sql }) => mentions(sql, new Set([column.name.toLowerCase()])));
  return [
    ...await kit.generateSQLiteMigration(only, both),
    `UPDATE \`${table}\` SET ${quoteName(added.name)} = ${quoteName(column.name)};`,
    ...indexes.map(({ name }) => `DROP INDEX \`${name}\`;`),
    `ALTER TABLE \`${table}\` DROP COLUMN \`${column.name}\`;`,
    `ALTER TABLE \`${table}\` RENAME COLUMN "${added.name}" TO "${column.name}";`,
    ...indexes.map(({ sql }) => `${sql};`),
  ];
}

/**
 * Tries the statements: no row may change, no trigger may stand in the way, and each table must then be
 * what its declaration makes, but for the order of columns.
 */
function provesEqual(db: DatabaseSync, statements: string[], wanted: WantedTable[]): boolean {
  const triggers = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'trigger'").all();
  if (triggers.length > 0) return false;
  const { tables, failure } = rehearse(db, [{ tag: "", statements }]);
  const isKept = tables.every(({ lost, changed, unlinked, columnsLost }) =>
    changed === 0 && lost + unlinked + columnsLost.length === 0
  );
  return !failure && isKept && wanted.every(({ name, create }) => {
    const fresh = new DatabaseSync(":memory:");
    try {
      fresh.exec(create);
      return describe(fresh, name) === describe(db, name);
    } finally {
      fresh.close();
    }
  });
}

function describe(db: DatabaseSync, table: string): string {
  const columns = db.prepare(
    'SELECT name, type, "notnull" AS required, dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY name',
  ).all(table);
  const generated = columnsOf(db, table).filter((column) => column.generated).length;
  const keys = foreignKeysOf(db, table).map((key) => JSON.stringify(key)).sort();
  return JSON.stringify([columns, generated, keys]);
}
