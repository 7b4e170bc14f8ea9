import { getTableName, is, Relations } from "drizzle-orm";
import { SQLiteTable, SQLiteView } from "drizzle-orm/sqlite-core";
import { tableOf } from "./snapshot_table.ts";
import { viewOf } from "./snapshot_view.ts";
import { Invalid } from "./fault.ts";
import { distinct, type IndexExpressions } from "./snapshot_sql.ts";

type Exports = Record<string, unknown>;

/** Tables of the platform, which no snapshot of an app holds. */
const SYSTEM = "es_system__";

/**
 * The version-6 SQLite snapshot of what a module exports, byte for byte what drizzle-kit's own
 * `generateSQLiteDrizzleJson` makes of it (a test compares the two), but without the system tables and
 * without `id` and `prevId`. References to system tables stay: they exist before any app table.
 */
export function readSchema(exports: Exports): unknown {
  const schema = exports.schema as Exports;
  const relations = { ...schema, ...exports.relations as Exports | undefined };
  const declared = [...new Set(Object.values(schema))];
  const tables = declared.filter((value) => is(value, SQLiteTable)).filter((table) =>
    !isSystem(getTableName(table))
  );
  const views = declared.filter((value) => is(value, SQLiteView));
  refuseForeign(schema);
  const indexes: IndexExpressions = {};
  const tableEntries = tables.map((table) => tableOf(table, indexes));
  const viewEntries = views.map(viewOf);
  distinct("table", tableEntries.map((table) => table.name));
  distinct("view", viewEntries.map((view) => view.name));
  return {
    snapshot: {
      version: "6",
      dialect: "sqlite",
      tables: Object.fromEntries(tableEntries.map((table) => [table.name, table])),
      views: Object.fromEntries(viewEntries.map((view) => [view.name, view])),
      enums: {},
      _meta: { tables: {}, columns: {} },
      internal: { indexes },
    },
    tableNames: tableEntries.map((table) => table.name),
    relations: new Set(Object.values(relations).filter((value) => is(value, Relations))).size,
  };
}

function isSystem(table: string): boolean {
  return table.startsWith(SYSTEM);
}

/** Tables of another database would be passed over without a word. */
function refuseForeign(exports: Exports): void {
  for (const [name, value] of Object.entries(exports)) {
    for (
      let type = value?.constructor;
      typeof type === "function";
      type = Object.getPrototypeOf(type)
    ) {
      const kind = (type as unknown as Record<symbol, unknown>)[Symbol.for("drizzle:entityKind")];
      if (kind !== "PgTable" && kind !== "MySqlTable" && kind !== "SingleStoreTable") continue;
      throw new Invalid(
        `\`${name}\` is a ${
          String(kind)
        }, but the database is SQLite: declare it with \`sqliteTable\` of \`drizzle-orm/sqlite-core\``,
      );
    }
  }
}
