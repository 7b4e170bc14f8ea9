import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join, toFileUrl } from "@std/path";
import { is, SQL } from "drizzle-orm";
import { getTableConfig, SQLiteSyncDialect, SQLiteTable } from "drizzle-orm/sqlite-core";
import { renderSystemSchema } from "../../../lib/generated/render.ts";
import { SYSTEM_PREFIX, SYSTEM_TABLES } from "../../../lib/schema/system_tables.ts";

/** A table as far as both sides can tell it. */
interface Shape {
  columns: Record<string, string>;
  indexes: string[];
  keys: string[];
}

/** The tables of `sys_schema.ts`, evaluated. */
async function generatedTables(): Promise<Record<string, Shape>> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "sys_schema.ts");
    await Deno.writeTextFile(file, renderSystemSchema()["sys_schema.ts"]!);
    const module = await import(toFileUrl(file).href) as Record<string, unknown>;
    const tables = Object.values(module).filter((value) => is(value, SQLiteTable)) as SQLiteTable[];
    return Object.fromEntries(
      tables.map(getTableConfig).map((config) => [config.name, shapeOf(config)]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function shapeOf({ columns, indexes, foreignKeys }: ReturnType<typeof getTableConfig>): Shape {
  const dialect = new SQLiteSyncDialect();
  const literal = (value: unknown) =>
    value instanceof SQL
      ? dialect.sqlToQuery(value).sql.replace(/^\((.*)\)$/s, "$1")
      : typeof value === "string"
      ? `'${value}'`
      : String(value);
  return {
    columns: Object.fromEntries(
      columns.map((column) => [
        column.name,
        [
          column.getSQLType().toLowerCase(),
          ...(column.notNull && !column.primary ? ["not null"] : []),
          ...(column.primary ? ["key"] : []),
          ...(column.default === undefined ? [] : [literal(column.default)]),
        ].join(" "),
      ]),
    ),
    indexes: indexes.map(({ config }) =>
      `${config.name}${config.unique ? " unique" : ""} (${
        config.columns.map((column) => ("name" in column ? column.name : "?")).join()
      })`
    ).sort(),
    keys: foreignKeys.map((key) => {
      const { columns, foreignColumns, foreignTable } = key.reference();
      const target = getTableConfig(foreignTable).name;
      return `${columns[0]!.name} -> ${target}.${foreignColumns[0]!.name} ${key.onDelete}`;
    }),
  };
}

/** The tables that every environment starts with, as SQLite knows them. */
function createdTables(): Record<string, Shape> {
  using database = new DatabaseSync(":memory:");
  for (const statement of SYSTEM_TABLES) database.exec(statement);
  const rows = (sql: string, ...args: string[]) =>
    database.prepare(sql).all(...args) as Record<string, string | number | null>[];
  const names = rows("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) =>
    String(name)
  );
  return Object.fromEntries(
    names.filter((name) => name.startsWith(SYSTEM_PREFIX)).map((name) => [name, {
      columns: Object.fromEntries(
        rows("SELECT * FROM pragma_table_info(?)", name).map((column) => [
          column.name,
          [
            String(column.type).toLowerCase(),
            ...(column.notnull === 1 && column.pk === 0 ? ["not null"] : []),
            ...(column.pk === 1 ? ["key"] : []),
            ...(column.dflt_value === null ? [] : [column.dflt_value]),
          ].join(" "),
        ]),
      ),
      indexes: rows("SELECT * FROM pragma_index_list(?) WHERE origin = 'c'", name).map((index) => {
        const columns = rows("SELECT name FROM pragma_index_info(?)", String(index.name));
        return `${index.name}${index.unique === 1 ? " unique" : ""} (${
          columns.map((c) => c.name).join()
        })`;
      }).sort(),
      keys: rows("SELECT * FROM pragma_foreign_key_list(?)", name).map((key) =>
        `${key.from} -> ${key.table}.${key.to} ${String(key.on_delete).toLowerCase()}`
      ),
    }]),
  );
}

Deno.test("sys_schema.ts describes the tables that the platform creates", async () => {
  const created = createdTables();
  assert.equal(Object.keys(created).length, 6);
  assert.deepEqual(await generatedTables(), created);
});
