import type { AppDatabase } from "../platform/app_database.ts";
import type { Migration } from "./chain.ts";
import { sameName } from "./case_renames.ts";
import { classify, type StatementInfo } from "./classify.ts";
import type { RehearsedTable } from "./rehearsal.ts";
import { oneLine, unexpectedLosses } from "./rehearsal_report.ts";
import { type Renames, renamesOf } from "./rehearsed_rows.ts";
import { quoteName } from "./tokens.ts";

/** A statement that takes something away for good. */
export interface Destruction {
  tag: string;
  /** The statement, on one line. */
  statement: string;
  /** What goes, with row counts where there is a database to count in. */
  destroys: string;
  /** The SQL file, relative to the project, and the line in it. */
  file: string;
  line: number;
}

/**
 * What a migration destroys: tables and columns that it drops, rows that it deletes, names that it
 * changes under the feet of running code, and what the rehearsal saw vanish without being named. A
 * rebuild, which drops a table and puts its successor in its place, destroys nothing by itself.
 *
 * @param rehearsed what the rehearsal saw of this migration; null: there was none
 */
export async function destructions(
  migration: Migration,
  rehearsed: RehearsedTable[] | null,
  database: AppDatabase | null,
): Promise<Destruction[]> {
  const infos = migration.statements.map((statement) => ({ statement, info: classify(statement) }));
  const made = new Set(
    infos.filter(({ info }) => info.verb === "CREATE TABLE").map(({ info }) => low(info.target)),
  );
  const replaced = new Set(
    infos.filter(({ info }) => info.verb === "ALTER TABLE RENAME TO" && made.has(low(info.target)))
      .map(({ info }) => low(info.to)),
  );
  const renames = renamesOf(migration.statements.map(({ text }) => text));
  const found: Destruction[] = [];
  const add = (at: typeof infos[number], destroys: string) =>
    found.push({
      tag: migration.tag,
      statement: oneLine(at.statement.text),
      destroys,
      file: migration.file,
      line: at.statement.line,
    });
  for (const at of infos) {
    const target = low(at.info.target);
    if (made.has(target) || (at.info.verb === "DELETE" && replaced.has(target))) continue;
    if (at.info.verb === "DROP TABLE" && replaced.has(target)) {
      // Reading alone cannot tell a rebuild that keeps all from one that drops a column.
      if (rehearsed === null) continue;
      const gone = rehearsed.find(({ table }) => low(table) === target)?.columnsLost;
      if (!gone) {
        add(
          at,
          `perhaps columns or rows of \`${at.info.target}\` (its rebuild could not be rehearsed)`,
        );
      } else if (gone.length > 0) {
        add(
          at,
          `${
            list(
              "column",
              gone.map((column) => `${at.info.target}.${column}`),
            )
          } with all values`,
        );
      }
      continue;
    }
    if (replacesColumn(at.info, infos.map(({ info }) => info), rehearsed)) continue;
    if (changesCase(at.info, renames)) continue;
    const words = await wordsFor(at.info, database);
    if (words) add(at, words);
  }
  const texts = migration.statements.map(({ text }) => text);
  for (
    const { table, lost, unlinked, before, lostKeys } of unexpectedLosses(rehearsed ?? [], texts)
  ) {
    const cause = infos.find(({ info }) => info.verb === "DROP TABLE" || info.verb === "DELETE") ??
      infos[0];
    if (!cause) continue;
    const rows = await countOf(database, table);
    add(
      cause,
      lostKeys
        ? `${lost} of ${before} rows of \`${table}\` that refer to the dropped table${
          sample(lostKeys, lost)
        }`
        : lost > 0
        ? `rows of \`${table}\` that refer to the dropped table${
          rows ?? ` (in a rehearsal ${lost} of ${before})`
        }`
        : `references of \`${table}\` to the dropped table (in a rehearsal ${unlinked} became empty)`,
    );
  }
  return found;
}

async function wordsFor(info: StatementInfo, database: AppDatabase | null): Promise<string | null> {
  const table = `\`${info.target}\``;
  switch (info.verb) {
    case "DROP TABLE":
      return `table ${table}${await countOf(database, info.target) ?? " and all its rows"}`;
    case "ALTER TABLE DROP COLUMN":
      return `column \`${info.target}.${info.column}\`${
        await countOf(database, info.target) ?? " with all values"
      }`;
    case "ALTER TABLE RENAME TO":
      return `the name of table ${table}: running code that says \`${info.target}\` fails`;
    case "ALTER TABLE RENAME COLUMN":
      return `the name of column \`${info.target}.${info.column}\`: running code that says \`${info.column}\` fails`;
    case "DELETE":
      return `${info.where ? "some" : "all"} rows of ${table}${
        await countOf(database, info.target) ?? ""
      }`;
    default:
      return null;
  }
}

/**
 * Whether a dropped or renamed column is a step of `columnOperations`: its successor, filled with its
 * values, takes its name, and the rehearsal saw nothing go.
 */
function replacesColumn(
  { verb, target, column, to }: StatementInfo,
  all: StatementInfo[],
  rehearsed: RehearsedTable[] | null,
): boolean {
  const name = low(verb === "ALTER TABLE RENAME COLUMN" ? to : column);
  const takes = all.find((info) =>
    info.verb === "ALTER TABLE RENAME COLUMN" && low(info.target) === low(target) &&
    low(info.to) === name && low(info.column) === `__new_${name}`
  );
  if (!takes || (verb === "ALTER TABLE RENAME COLUMN" && low(column) !== low(takes.column))) {
    return false;
  }
  const table = rehearsed?.find((one) => low(one.table) === low(target));
  return ["ALTER TABLE DROP COLUMN", "ALTER TABLE RENAME COLUMN"].includes(verb) &&
    table !== undefined && table.changed === 0 && table.lost === 0 &&
    !table.columnsLost.some((gone) => low(gone) === name);
}

/** Whether a rename, or both steps of one, leaves the name as it is to SQLite: code that says it goes on. */
function changesCase({ verb, target, column, to }: StatementInfo, renames: Renames): boolean {
  if (verb === "ALTER TABLE RENAME COLUMN") return sameName(column ?? "", to ?? "");
  return verb === "ALTER TABLE RENAME TO" &&
    [...renames].some(([from, last]) => from === last && [low(target), low(to)].includes(from));
}

/** " (12 rows)", or null where it cannot be told. */
async function countOf(database: AppDatabase | null, table: string | null): Promise<string | null> {
  if (!database || table === null) return null;
  try {
    const { rows } = await database.query(`SELECT count(*) AS n FROM ${quoteName(table)}`);
    const count = Number(rows[0]?.n);
    return ` (${count} ${count === 1 ? "row" : "rows"})`;
  } catch {
    // A table that an earlier pending migration makes.
    return null;
  }
}

/** Some of the rows by their primary keys. */
function sample(keys: string[], all: number): string {
  return keys.length === 0 ? "" : ` (${keys.join("; ")}${all > keys.length ? "; ..." : ""})`;
}

function list(word: string, names: string[]): string {
  return `${names.length === 1 ? word : `${word}s`} ${
    names.map((name) => `\`${name}\``).join(", ")
  }`;
}

function low(name: string | null): string {
  return name?.toLowerCase() ?? "";
}
