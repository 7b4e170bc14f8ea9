import { is, SQL } from "drizzle-orm";
import { CasingCache } from "drizzle-orm/casing";
import { SQLiteBaseInteger, type SQLiteColumn, SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { Invalid } from "./fault.ts";

/** `internal.indexes` of the snapshot: which columns of which index are expressions. */
export type IndexExpressions = Record<string, { columns: Record<string, { isExpression: true }> }>;

const dialect = new SQLiteSyncDialect();

/** SQL as it stands in an index or a generated column: columns without their table. */
export function indexSql(expression: SQL): string {
  return dialect.sqlToQuery(expression, "indexes").sql;
}

/** SQL as it stands in a check, a partial index or a view. */
export function plainSql(expression: SQL): string {
  return dialect.sqlToQuery(expression).sql;
}

export interface ColumnEntry {
  name: string;
  type: string;
  primaryKey: boolean;
  notNull: boolean;
  autoincrement: boolean;
  generated: { as: string; type: "virtual" | "stored" } | undefined;
  default?: unknown;
}

/** One column of a table or of a view's selection. `quote` is how text defaults are escaped. */
export function columnOf(column: SQLiteColumn, quote: (text: string) => string): ColumnEntry {
  const entry: ColumnEntry = {
    name: column.name,
    type: column.getSQLType(),
    primaryKey: column.primary,
    notNull: column.notNull,
    autoincrement: is(column, SQLiteBaseInteger) ? column.autoIncrement : false,
    generated: generatedOf(column),
  };
  if (column.default !== undefined) entry.default = defaultOf(column, quote);
  return entry;
}

function generatedOf(column: SQLiteColumn): ColumnEntry["generated"] {
  const { generated } = column;
  if (!generated) return undefined;
  const as = typeof generated.as === "function" ? generated.as() : generated.as;
  return { as: `(${is(as, SQL) ? indexSql(as) : String(as)})`, type: generated.mode ?? "virtual" };
}

function defaultOf(column: SQLiteColumn, quote: (text: string) => string): unknown {
  const value: unknown = column.default;
  if (is(value, SQL)) return defaultSql(value, column);
  if (typeof value === "string") return `'${quote(value)}'`;
  if (typeof value === "object") return `'${JSON.stringify(value)}'`;
  // JSON has no bigint; as text it stands in the SQL just the same.
  return typeof value === "bigint" ? String(value) : value;
}

function defaultSql(expression: SQL, column: SQLiteColumn): string {
  const refuse = (): never => {
    throw new Invalid(
      `The default of column \`${column.name}\` holds a parameter or a column: a default must be plain SQL, such as \`sql\`(current_timestamp)\`\``,
    );
  };
  return expression.toQuery({
    escapeName: refuse,
    escapeParam: refuse,
    escapeString: refuse,
    casing: new CasingCache(),
  }).sql;
}

/**
 * Two things of one kind in one place with the same name: the second would silently replace the first, or,
 * where they differ in case only, be refused by SQLite.
 */
export function distinct(kind: string, names: string[], where = ""): void {
  // SQLite does not look at the names of checks.
  const fold = (name: string) =>
    kind === "check" ? name : name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const first = new Map<string, string>();
  for (const name of names) {
    const other = first.get(fold(name));
    first.set(fold(name), name);
    if (other === undefined) continue;
    const words = other === name
      ? `\`${name}\``
      : `\`${other}\` and \`${name}\`, one name to SQLite`;
    throw new Invalid(`Two ${kind}s${where} are named ${words}`);
  }
}
