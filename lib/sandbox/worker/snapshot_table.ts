import { getTableName, is, SQL } from "drizzle-orm";
import {
  type ForeignKey,
  getTableConfig,
  type Index,
  type SQLiteTable,
  uniqueKeyName,
} from "drizzle-orm/sqlite-core";
import { Invalid } from "./fault.ts";
import {
  type ColumnEntry,
  columnOf,
  distinct,
  type IndexExpressions,
  indexSql,
  plainSql,
} from "./snapshot_sql.ts";

interface IndexEntry {
  name: string;
  columns: string[];
  isUnique: boolean;
  where?: string | undefined;
}

/** One table of the snapshot. Expressions in indexes are also noted in `expressions`. */
export function tableOf(table: SQLiteTable, expressions: IndexExpressions) {
  const config = configOf(table);
  const { name } = config;
  const columns: Record<string, ColumnEntry> = {};
  for (const column of config.columns) {
    columns[column.name] = columnOf(column, (text) => text.replaceAll("'", "''"));
  }
  const compositePrimaryKeys: Record<string, { columns: string[]; name: string }> = {};
  for (const key of config.primaryKeys) {
    const names = key.columns.map((column) => column.name);
    if (names.length > 1) {
      compositePrimaryKeys[key.getName()] = { columns: names, name: key.getName() };
    } else for (const only of names) columns[only]!.primaryKey = true;
  }
  const foreignKeys = config.foreignKeys.map((key) => foreignKeyOf(key, name));
  distinct("check", config.checks.map((check) => check.name), ` of table \`${name}\``);
  return {
    name,
    columns,
    indexes: indexesOf(config, table, expressions),
    foreignKeys: Object.fromEntries(foreignKeys.map((key) => [key.name, key])),
    compositePrimaryKeys,
    uniqueConstraints: {},
    checkConstraints: Object.fromEntries(
      config.checks.map((
        check,
      ) => [check.name, { name: check.name, value: plainSql(check.value) }]),
    ),
  };
}

type Config = ReturnType<typeof getTableConfig>;

/** The extra config of a table is a function of the user's, run only now. */
function configOf(table: SQLiteTable): Config {
  const config = getTableConfig(table);
  distinct("column", config.columns.map((column) => column.name), ` of table \`${config.name}\``);
  return config;
}

/** Unique columns, indexes and unique constraints are all indexes to SQLite and share one name space. */
function indexesOf(
  config: Config,
  table: SQLiteTable,
  expressions: IndexExpressions,
): Record<string, IndexEntry> {
  const indexes: Record<string, IndexEntry> = {};
  const unique = (name: string, entry: IndexEntry) => {
    const there = indexes[name];
    if (there) {
      throw new Invalid(
        `Two unique constraints of table \`${config.name}\` are named \`${name}\`: one on \`${
          there.columns.join(", ")
        }\`, one on \`${entry.columns.join(", ")}\``,
      );
    }
    indexes[name] = entry;
  };
  for (const column of config.columns) {
    if (!column.isUnique) continue;
    const name = column.uniqueName!;
    unique(name, { name, columns: [column.name], isUnique: true });
  }
  for (const index of config.indexes) indexes[index.config.name] = indexOf(index, expressions);
  for (const constraint of config.uniqueConstraints) {
    const columns = constraint.columns.map((column) => column.name);
    const name = constraint.name ?? uniqueKeyName(table, columns);
    unique(name, { name, columns, isUnique: true });
  }
  return indexes;
}

function indexOf(index: Index, expressions: IndexExpressions): IndexEntry {
  const { name, columns, unique, where } = index.config;
  return {
    name,
    columns: columns.map((column) => {
      if (!is(column, SQL)) return column.name;
      const sql = indexSql(column);
      (expressions[name] ??= { columns: {} }).columns[sql] = { isExpression: true };
      return sql;
    }),
    isUnique: unique ?? false,
    where: is(where, SQL) ? plainSql(where) : undefined,
  };
}

function foreignKeyOf(key: ForeignKey, table: string) {
  const { columns, foreignColumns, foreignTable } = referenceOf(key, table);
  return {
    name: key.getName(),
    tableFrom: table,
    tableTo: getTableName(foreignTable),
    columnsFrom: columns.map((column) => column.name),
    columnsTo: foreignColumns.map((column) => column.name),
    onDelete: key.onDelete ?? "no action",
    onUpdate: key.onUpdate ?? "no action",
  };
}

/** What a foreign key points to is said by a function of the user's, run only now. */
function referenceOf(key: ForeignKey, table: string): ReturnType<ForeignKey["reference"]> {
  const problem = `A foreign key of table \`${table}\` points to a column that does not exist`;
  try {
    const reference = key.reference();
    if (reference.foreignColumns.every((column) => column !== undefined)) return reference;
  } catch (cause) {
    throw new Invalid(problem, { cause });
  }
  throw new Invalid(problem);
}
