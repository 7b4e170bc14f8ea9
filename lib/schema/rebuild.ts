import type { DatabaseSync } from "node:sqlite";
import { familyOf } from "./family.ts";
import { mentions, newName, rewriteCreate } from "./rewrite_create.ts";
import { columnsOf } from "./shadow.ts";
import { quoteName } from "./tokens.ts";

/** A table as it shall be: its `CREATE TABLE` and the indexes of the declared schema. */
export interface WantedTable {
  name: string;
  create: string;
  indexes: string[];
  /** Names of indexes that the old and the new declared schema know; others were made by hand and stay. */
  declaredIndexes: Set<string>;
}

/** Views and triggers that stand in the way, and the SQL that takes them away and brings them back. */
interface Aside {
  drop: string[];
  restore: string[];
}

/**
 * The SQL that gives tables a new definition and keeps every row of them and of all tables that refer to
 * them, in one transaction with foreign keys on: build all of them anew beside the old ones, copy, drop
 * the old ones children first, and let the new ones take their names. Indexes, triggers and views that
 * no schema declares come back as they were.
 *
 * @param db a shadow that is at the state before these statements; it is changed
 * @throws Failure REBUILD_IMPOSSIBLE (failed)
 */
export function rebuildStatements(db: DatabaseSync, wanted: WantedTable[]): string[] {
  const { tables, unlink, cyclic } = familyOf(db, wanted.map(({ name }) => name));
  const together = new Set(tables.map((table) => table.toLowerCase()));
  const aside = putAside(db, together);
  const find = (table: string) =>
    wanted.find(({ name }) => name.toLowerCase() === table.toLowerCase());
  const creates = tables.map((table) =>
    rewriteCreate(find(table)?.create ?? sqlOf(db, table), table, together)
  );
  const indexes = tables.flatMap((table) => indexesOf(db, table, find(table)));
  db.exec("PRAGMA foreign_keys = OFF");
  for (const create of creates) db.exec(create);
  db.exec("PRAGMA foreign_keys = ON");
  return [
    "PRAGMA defer_foreign_keys=ON;",
    ...aside.drop,
    ...creates.map((create) => `${create.trim().replace(/;$/, "")};\n`),
    ...tables.map((table) => copyStatement(db, table)),
    ...unlink.map(({ table, columns }) =>
      `UPDATE \`${table}\` SET ${
        columns.map((column) => `${quoteName(column)} = NULL`).join(", ")
      };`
    ),
    ...(cyclic ? replaceInCycle(tables) : replaceInOrder(tables)),
    ...indexes,
    ...aside.restore,
  ];
}

/** Children first: no old row refers to what is dropped. */
function replaceInOrder(tables: string[]): string[] {
  return [...tables.toReversed().map(drop), ...tables.map(rename)];
}

/**
 * In a circle there is no first one. The old rows, all copied by now, are deleted while every table is
 * still there; each new table then takes its name at once, as SQLite refuses to drop a table while
 * another that depends on it refers to one that is missing.
 */
function replaceInCycle(tables: string[]): string[] {
  const order = tables.toReversed();
  return [
    ...order.map((table) => `DELETE FROM \`${table}\`;`),
    ...order.flatMap((table) => [drop(table), rename(table)]),
  ];
}

function drop(table: string): string {
  return `DROP TABLE \`${table}\`;`;
}

function rename(table: string): string {
  return `ALTER TABLE \`${newName(table)}\` RENAME TO \`${table}\`;`;
}

/**
 * Copies the columns that both have; what SQLite computes in the new table is left to it. Rows of tables
 * that have no such column are kept by their number.
 */
function copyStatement(db: DatabaseSync, table: string): string {
  const old = columnsOf(db, table).map(({ name }) => name.toLowerCase());
  const columns = columnsOf(db, newName(table)).filter(({ name, generated }) =>
    !generated && old.includes(name.toLowerCase())
  );
  const names = columns.map(({ name }) => quoteName(name)).join(", ") || "rowid";
  return `INSERT INTO \`${newName(table)}\`(${names}) SELECT ${names} FROM \`${table}\`;`;
}

function indexesOf(db: DatabaseSync, table: string, wanted: WantedTable | undefined): string[] {
  const existing = db.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND lower(tbl_name) = lower(?) AND sql IS NOT NULL ORDER BY rowid",
  ).all(table);
  const kept = existing.filter(({ name }) => !wanted?.declaredIndexes.has(String(name))).map((
    { sql },
  ) => `${sql};`);
  return [...wanted?.indexes ?? [], ...kept];
}

/**
 * SQLite checks every view and trigger when a table takes a new name, and drops a table's triggers with
 * it: all that mention one of the tables go first and come back last.
 */
function putAside(db: DatabaseSync, tables: Set<string>): Aside {
  const objects = db.prepare(
    "SELECT type, name, lower(tbl_name) AS owner, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY type DESC, rowid",
  ).all().map((row) => ({
    type: String(row.type),
    name: String(row.name),
    owner: String(row.owner),
    sql: String(row.sql),
  }));
  const touched = new Set(tables);
  for (let size = -1; size < touched.size;) {
    size = touched.size;
    for (const { type, name, sql } of objects) {
      if (type === "view" && mentions(sql, touched)) touched.add(name.toLowerCase());
    }
  }
  const affected = objects.filter(({ type, name, owner, sql }) =>
    type === "view" ? touched.has(name.toLowerCase()) : touched.has(owner) || mentions(sql, touched)
  );
  const views = affected.filter(({ type }) => type === "view");
  const triggers = affected.filter(({ type }) => type === "trigger");
  return {
    drop: [
      ...triggers.map(({ name }) => `DROP TRIGGER \`${name}\`;`),
      ...views.toReversed().map(({ name }) => `DROP VIEW \`${name}\`;`),
    ],
    restore: [...views, ...triggers].map(({ sql }) => `${sql};`),
  };
}

function sqlOf(db: DatabaseSync, table: string): string {
  return String(
    db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)").get(
      table,
    )?.sql,
  );
}
