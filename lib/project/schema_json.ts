/** A column in a snapshot. `default` is SQL text or a plain value, as drizzle-kit writes it. */
export interface ColumnJson {
  name: string;
  type: string;
  primaryKey: boolean;
  notNull: boolean;
  autoincrement: boolean;
  default?: string | number | boolean | null;
  generated?: { as: string; type: "virtual" | "stored" };
}

/** An index; unique columns and unique constraints are indexes too. */
export interface IndexJson {
  name: string;
  columns: string[];
  isUnique: boolean;
  where?: string;
}

export interface ForeignKeyJson {
  name: string;
  tableFrom: string;
  tableTo: string;
  columnsFrom: string[];
  columnsTo: string[];
  onDelete: string;
  onUpdate: string;
}

export interface TableJson {
  name: string;
  columns: Record<string, ColumnJson>;
  indexes: Record<string, IndexJson>;
  foreignKeys: Record<string, ForeignKeyJson>;
  compositePrimaryKeys: Record<string, { columns: string[]; name: string }>;
  uniqueConstraints: Record<string, never>;
  checkConstraints: Record<string, { name: string; value: string }>;
}

export interface ViewJson {
  name: string;
  columns: Record<string, ColumnJson>;
  isExisting: boolean;
  /** Absent for a view that exists already. */
  definition?: string;
}

/**
 * A schema in drizzle-kit's snapshot format, version 6 for SQLite, without `id` and `prevId`
 * (drizzle-kit 0.30 and 0.31, `meta/NNNN_snapshot.json`).
 */
export interface SchemaJson {
  version: "6";
  dialect: "sqlite";
  tables: Record<string, TableJson>;
  views: Record<string, ViewJson>;
  enums: Record<string, never>;
  _meta: { tables: Record<string, string>; columns: Record<string, string> };
  internal: { indexes: Record<string, { columns: Record<string, { isExpression?: boolean }> }> };
}
