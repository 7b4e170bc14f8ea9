import type { Migration } from "../chain.ts";
import { classify } from "../classify.ts";
import { D1_LIMITS, type Remark } from "./codes.ts";
import { isIndexed, type Shape, type ShapeTable } from "./shape.ts";

/**
 * What the tables before and after the migration show.
 *
 * @param end the tables after the last migration: an index that comes later counts
 */
export function schemaRemarks(
  migration: Migration,
  before: Shape,
  after: Shape,
  end: Shape,
): Remark[] {
  return [...after].flatMap(([key, table]) => {
    const at = statementAbout(migration, key);
    const was = before.get(key);
    return [
      ...columnLimit(table, was, at),
      ...unindexed(table, was, end.get(key), at),
      ...(was ? tightened(migration, was, table, at) : []),
    ];
  });
}

function columnLimit(table: ShapeTable, was: ShapeTable | undefined, statement: number): Remark[] {
  const count = table.columns.size;
  if (count <= D1_LIMITS.columns || (was && was.columns.size >= count)) return [];
  return [{
    code: "TOO_MANY_COLUMNS",
    statement,
    message: `\`${table.name}\` has ${count} columns; D1 accepts ${D1_LIMITS.columns}`,
    fix: "Move some of them to a table of their own",
  }];
}

function unindexed(
  table: ShapeTable,
  was: ShapeTable | undefined,
  end: ShapeTable | undefined,
  statement: number,
): Remark[] {
  return table.foreignKeys.filter((key) => !hasKey(was, key)).flatMap((key) => {
    if (!end || !hasKey(end, key) || isIndexed(end, key.columns)) return [];
    const columns = namesOf(table, key.columns).join("`, `");
    return [{
      code: "UNINDEXED_FOREIGN_KEY",
      statement,
      message:
        `No index starts with \`${columns}\` of \`${table.name}\`: each delete of a row of \`${key.parent}\` reads the whole table`,
      fix: `Declare \`index("${table.name}_${key.columns.join("_")}_idx").on(...)\` in the schema`,
    }];
  });
}

/** Demands on rows that a table with rows may not meet. */
function tightened(
  migration: Migration,
  was: ShapeTable,
  table: ShapeTable,
  statement: number,
): Remark[] {
  const remarks: Remark[] = [];
  const depends = (on: number, condition: string) =>
    remarks.push({
      code: "DATA_DEPENDENT",
      statement: on,
      message: `This fails when ${condition}`,
      fix: "Put the rows right in a statement before it",
    });
  for (const [key, column] of table.columns) {
    const old = was.columns.get(key);
    const place = `\`${table.name}.${column.name}\``;
    if (!column.notNull || column.generated) continue;
    if (old && !old.notNull && !old.isKey) depends(statement, `${place} holds NULL`);
    if (!old && !column.hasDefault && !column.isKey && was.columns.size > 0) {
      remarks.push({
        code: "NOT_NULL_WITHOUT_DEFAULT",
        statement: addingStatement(migration, table.name, column.name) ?? statement,
        message:
          `The new column ${place} is NOT NULL without default: it fails when there are rows`,
        fix: "Give it a `.default(...)`, or leave out `.notNull()` until the rows are filled",
      });
    }
  }
  for (const key of table.foreignKeys) {
    if (hasKey(was, key) || !key.columns.every((column) => was.columns.has(column))) continue;
    const columns = namesOf(table, key.columns).join("`, `");
    depends(
      statement,
      `\`${columns}\` of \`${table.name}\` refers to missing rows of \`${key.parent}\``,
    );
  }
  for (const index of table.indexes.filter(({ unique }) => unique)) {
    const known = was.indexes.some(({ unique, columns }) =>
      unique && columns.join() === index.columns.join()
    );
    const isNew = index.columns.every((column) => column !== "" && !was.columns.has(column));
    if (known || isNew) continue;
    const made = migration.statements.findIndex((each) => {
      const info = classify(each);
      return info.verb === "CREATE INDEX" && low(info.target) === low(index.name);
    });
    depends(
      made >= 0 ? made : statement,
      `rows of \`${table.name}\` are equal in \`${namesOf(table, index.columns).join("`, `")}\``,
    );
  }
  if (table.checks > was.checks) {
    depends(statement, `rows of \`${table.name}\` break the new CHECK`);
  }
  return remarks;
}

/** The statement that makes or changes a table: for a rebuild the one that makes its successor. */
function statementAbout({ statements }: Migration, table: string): number {
  const infos = statements.map((statement) => classify(statement));
  const rename = infos.find(({ verb, to }) =>
    verb === "ALTER TABLE RENAME TO" && low(to) === table
  );
  const names = [table, ...(rename ? [low(rename.target)] : [])];
  const created = infos.findIndex(({ verb, target }) =>
    verb === "CREATE TABLE" && names.includes(low(target))
  );
  if (created >= 0) return created;
  return Math.max(
    0,
    infos.findIndex(({ kind, target }) => kind === "ddl" && low(target) === table),
  );
}

function addingStatement({ statements }: Migration, table: string, column: string): number | null {
  const index = statements.findIndex((statement) => {
    const info = classify(statement);
    return info.verb === "ALTER TABLE ADD COLUMN" && low(info.target) === low(table) &&
      statement.tokens.some(({ text }) => low(text) === low(column));
  });
  return index < 0 ? null : index;
}

function hasKey(table: ShapeTable | undefined, key: ShapeTable["foreignKeys"][0]): boolean {
  return table?.foreignKeys.some((other) =>
    other.parent === key.parent && other.columns.join() === key.columns.join()
  ) ?? false;
}

function namesOf(table: ShapeTable, columns: string[]): string[] {
  return columns.map((column) => table.columns.get(column)?.name ?? "an expression");
}

function low(text: string | null): string {
  return text?.toLowerCase() ?? "";
}
