import { is } from "drizzle-orm";
import { getViewConfig, SQLiteColumn, type SQLiteView } from "drizzle-orm/sqlite-core";
import { type ColumnEntry, columnOf, plainSql } from "./snapshot_sql.ts";

/** One view of the snapshot. A view declared with `.existing()` has no definition. */
export function viewOf(view: SQLiteView) {
  const { name, isExisting, selectedFields, query } = getViewConfig(view);
  const columns: Record<string, ColumnEntry> = {};
  for (const field of Object.values(selectedFields)) {
    // drizzle-kit leaves quotes in the defaults of views alone.
    if (is(field, SQLiteColumn)) columns[field.name] = columnOf(field, (text) => text);
  }
  return {
    columns,
    name,
    isExisting,
    definition: isExisting || !query ? undefined : plainSql(query),
  };
}
