import { type Answers, checkRename, nameChanges, type Rename } from "./answers.ts";
import { caseRenames, columnRenames, renameTableSql, tableRenames } from "./case_renames.ts";
import type { SchemaBody, SchemaTable, Snapshot } from "./snapshot.ts";
import { nameOf, tokenize } from "./tokens.ts";

/** A schema with the renames already in it, and the SQL that brings a database there. */
export interface Renamed {
  prev: Snapshot;
  statements: string[];
  renames: Rename[];
  /** For the snapshot, in drizzle-kit's notation. */
  meta: { tables: Record<string, string>; columns: Record<string, string> };
}

/**
 * Applies renames to the last snapshot, as `ALTER TABLE ... RENAME` changes the database: columns of
 * indexes and keys, references of other tables, names inside checks and expressions. Names of foreign
 * and primary keys, which SQLite does not keep, follow the new schema, so that nothing is rebuilt for them.
 * A name whose case alone has changed is renamed without an answer; a view, which has no rows, is made anew.
 *
 * @throws Failure ANSWER_UNKNOWN (usage)
 */
export function applyRenames(latest: Snapshot, cur: SchemaBody, answers: Answers): Renamed {
  const prev = structuredClone(latest);
  const result: Renamed = { prev, statements: [], renames: [], meta: { tables: {}, columns: {} } };
  const tables = tableRenames(prev, cur, answers);
  for (const { from, to } of tables) {
    checkRename(`--rename-table ${from}:${to}`, from, to, nameChanges(prev.tables, cur.tables));
    renameTable(prev, from, to);
    result.statements.push(...renameTableSql(from, to));
    result.renames.push({ kind: "table", from, to });
    result.meta.tables[`"${from}"`] = `"${to}"`;
  }
  // A table that is renamed in the same run may be called by its old name too.
  const answered = answers.columns.map((rename) => ({
    ...rename,
    table: tables.find(({ from }) => from === rename.table)?.to ?? rename.table,
  }));
  for (const { table, from, to } of columnRenames(prev, cur, answered)) {
    const changes = nameChanges(
      prev.tables[table]?.columns ?? {},
      cur.tables[table]?.columns ?? {},
    );
    checkRename(`--rename ${table}.${from}:${to}`, from, to, changes);
    renameColumn(prev, table, from, to);
    result.statements.push(`ALTER TABLE \`${table}\` RENAME COLUMN "${from}" TO "${to}";`);
    result.renames.push({ kind: "column", from: `${table}.${from}`, to: `${table}.${to}` });
    result.meta.columns[`"${table}"."${from}"`] = `"${table}"."${to}"`;
  }
  for (const { from } of caseRenames(prev.views, cur.views, [])) {
    delete prev.views[from];
    result.statements.push(`DROP VIEW \`${from}\`;`);
  }
  if (result.renames.length > 0) alignKeyNames(prev, cur);
  return result;
}

function renameTable(schema: SchemaBody, from: string, to: string): void {
  schema.tables = mapKeys(schema.tables, (name) => (name === from ? to : name));
  const table = schema.tables[to]!;
  table.name = to;
  rewriteTexts(table, (text) => renameIn(text, from, to, "table"));
  for (const { foreignKeys } of Object.values(schema.tables)) {
    for (const key of Object.values(foreignKeys)) {
      if (key.tableFrom === from) key.tableFrom = to;
      if (key.tableTo === from) key.tableTo = to;
    }
  }
}

function renameColumn(schema: SchemaBody, tableName: string, from: string, to: string): void {
  const swap = (columns: string[]) => columns.map((column) => (column === from ? to : column));
  const table = schema.tables[tableName]!;
  table.columns = mapKeys(table.columns, (name) => (name === from ? to : name));
  table.columns[to]!.name = to;
  for (const part of [table.indexes, table.compositePrimaryKeys, table.uniqueConstraints ?? {}]) {
    for (const item of Object.values(part)) item.columns = swap(item.columns);
  }
  rewriteTexts(table, (text) => renameIn(text, from, to, "column"));
  for (const { foreignKeys } of Object.values(schema.tables)) {
    for (const key of Object.values(foreignKeys)) {
      if (key.tableFrom === tableName) key.columnsFrom = swap(key.columnsFrom);
      if (key.tableTo === tableName) key.columnsTo = swap(key.columnsTo);
    }
  }
}

/** SQL inside a table's definition: checks, conditions and expressions of indexes, generated columns. */
function rewriteTexts(table: SchemaTable, rewrite: (text: string) => string): void {
  for (const check of Object.values(table.checkConstraints ?? {})) {
    check.value = rewrite(check.value);
  }
  for (const column of Object.values(table.columns)) {
    if (column.generated) column.generated.as = rewrite(column.generated.as);
  }
  for (const index of Object.values(table.indexes)) {
    if (index.where !== undefined) index.where = rewrite(index.where);
    index.columns = index.columns.map((
      column,
    ) => (Object.hasOwn(table.columns, column) ? column : rewrite(column)));
  }
}

/** Replaces a name in SQL: a table where a dot follows, a column elsewhere. */
function renameIn(sql: string, from: string, to: string, kind: "table" | "column"): string {
  let result = "", at = 0;
  const tokens = tokenize(sql).filter((token) => token.kind !== "comment");
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "name" && token.kind !== "word") continue;
    if (nameOf(sql, token)?.toLowerCase() !== from.toLowerCase()) continue;
    if ((sql[tokens[index + 1]?.start ?? -1] === ".") !== (kind === "table")) continue;
    const quote = token.kind === "name" ? sql[token.start]! : "";
    result += sql.slice(at, token.start) + quote + to + (quote === "[" ? "]" : quote);
    at = token.end;
  }
  return result + sql.slice(at);
}

function alignKeyNames(prev: SchemaBody, cur: SchemaBody): void {
  for (const [name, table] of Object.entries(prev.tables)) {
    const wanted = cur.tables[name];
    if (!wanted) continue;
    table.foreignKeys = align(table.foreignKeys, wanted.foreignKeys, (key) =>
      JSON.stringify([
        key.tableFrom,
        key.columnsFrom,
        key.tableTo,
        key.columnsTo,
        key.onDelete,
        key.onUpdate,
      ]));
    table.compositePrimaryKeys = align(
      table.compositePrimaryKeys,
      wanted.compositePrimaryKeys,
      (key) => key.columns.join(),
    );
  }
}

/** Gives entries the name that an entry of the same content has in the wanted set. */
function align<T extends { name?: string }>(
  have: Record<string, T>,
  wanted: Record<string, T>,
  content: (entry: T) => string,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(have).map(([name, entry]) => {
      if (Object.hasOwn(wanted, name)) return [name, entry];
      const twin = Object.entries(wanted).find(([other, item]) =>
        !Object.hasOwn(have, other) && content(item) === content(entry)
      );
      return twin ? [twin[0], { ...entry, name: twin[1].name }] : [name, entry];
    }),
  );
}

function mapKeys<T>(record: Record<string, T>, map: (key: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [map(key), value]));
}
