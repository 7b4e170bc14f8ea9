import { isAbsolute, join } from "@std/path";
import { Failure } from "../failure.ts";
import { StatementRejected } from "../platform/migration_errors.ts";
import type { AppDatabase, ResultSet } from "../platform/app_database.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import { decode, type Project } from "../project/project.ts";
import { refuseProblems, rejectedSql } from "./sql_failures.ts";
import { judgeSql } from "./sql_judge.ts";
import { dealParameters, parameterValue } from "./sql_parameters.ts";
import type { Statement } from "./statements.ts";

/** How `db sql` was asked. */
export interface SqlOptions {
  /** The statements. */
  sql: string;
  /** Values for the placeholders, in order. */
  param?: string[];
  /** Most rows of one statement; 0 for all. 1000 by default. */
  limit?: number;
  /** Allows DELETE and UPDATE of every row. */
  confirmDangerous?: boolean;
}

/** The answer of `db sql`. */
export interface SqlResult {
  results: {
    columns: string[];
    /** Bytes are written as SQLite's literal, `x'0aff'`; whole numbers beyond 2^53 as text. */
    rows: Record<string, unknown>[];
    /** Rows that the statement inserted, changed or deleted. */
    changes: number;
    /** There are more rows than `limit`. */
    cut: boolean;
    /** The first word: SELECT, UPDATE... */
    verb: string;
  }[];
  limit: number;
}

/**
 * Runs SQL on the environment's database: reads on a read-only connection, everything else in one
 * transaction. One refused statement refuses all of them before anything runs.
 *
 * @throws Failure: SQL_MISSING, LIMIT_INVALID, SQL_REFUSED, DANGEROUS_SQL, PARAMETER_* (usage), SQL_FAILED (failed), LOCKED (conflict)
 */
export async function runSql(
  system: System,
  project: Project,
  platform: Platform,
  options: SqlOptions,
): Promise<SqlResult> {
  const { statements, writes, problems } = judgeSql(options.sql);
  if (statements.length === 0) {
    throw new Failure("usage", "SQL_MISSING", "The SQL holds no statement", {
      hint: 'Write it in quotes: `edgespark db sql "SELECT 1"`',
    });
  }
  refuseProblems(problems, options.confirmDangerous ?? false);
  const params = dealParameters(statements, (options.param ?? []).map(parameterValue));
  const limit = options.limit ?? 1000;
  if (limit < 0) {
    throw new Failure("usage", "LIMIT_INVALID", `\`--limit ${limit}\` is not a number of rows`, {
      hint: "Give a number from 1, or 0 for all rows",
    });
  }
  const { database } = platform;
  const run = async () => {
    // Compiled one by one first: what SQLite does not take is known before anything is done.
    if (writes) await compile(database, statements);
    return writes
      ? await write(database, statements, params)
      : await read(database, statements, params, limit);
  };
  const results = writes ? await withLock(system, project, "db sql", run) : await run();
  return {
    results: results.map((result, index) => shown(result, statements[index]!, limit)),
    limit,
  };
}

/**
 * The SQL that was given, from the command line or from a file (relative to the working folder). Called
 * before the project is opened: afterwards nothing outside of it can be read.
 *
 * @throws Failure SQL_MISSING (usage), FILE_MISSING (missing)
 */
export async function sqlText(
  system: System,
  { sql, file }: { sql?: string; file?: string },
): Promise<string> {
  if (sql !== undefined && file === undefined) return sql;
  if (file === undefined || sql !== undefined) {
    throw new Failure("usage", "SQL_MISSING", "Give the SQL either in quotes or with `--file`", {
      hint: 'For example `edgespark db sql "SELECT 1"`',
    });
  }
  const path = isAbsolute(file) ? file : join(system.env.cwd, file);
  const bytes = await system.files.read(path);
  if (!bytes) {
    throw new Failure("missing", "FILE_MISSING", `There is no file \`${file}\``, {
      hint: "Paths are relative to the working folder",
    });
  }
  return decode(bytes, file);
}

async function compile(database: AppDatabase, statements: Statement[]): Promise<void> {
  for (const [index, statement] of statements.entries()) {
    const isPlan = statement.tokens[0]?.text === "EXPLAIN";
    const sql = isPlan ? statement.text : `EXPLAIN ${statement.text}`;
    // Placeholders need no values to be compiled, and LIMIT none of the rows.
    await database.query(sql, [], { limit: 0, guarded: true })
      .catch((cause) => rejectedSql(cause, statement, index));
  }
}

async function read(
  database: AppDatabase,
  statements: Statement[],
  params: unknown[][],
  limit: number,
): Promise<ResultSet[]> {
  const results: ResultSet[] = [];
  for (const [index, statement] of statements.entries()) {
    const rows = limit > 0 ? limit : undefined;
    results.push(
      await database.query(statement.text, params[index], { limit: rows, guarded: true })
        .catch((cause) => rejectedSql(cause, statement, index)),
    );
  }
  return results;
}

async function write(
  database: AppDatabase,
  statements: Statement[],
  params: unknown[][],
): Promise<ResultSet[]> {
  const work = statements.map(({ text }, index) => ({ sql: text, params: params[index] ?? [] }));
  try {
    return await database.write(work, { guarded: true });
  } catch (cause) {
    const index = cause instanceof StatementRejected ? cause.index : null;
    return rejectedSql(cause, index === null ? null : statements[index]!, index);
  }
}

function shown(result: ResultSet, statement: Statement, limit: number): SqlResult["results"][0] {
  const cut = result.more === true || (limit > 0 && result.rows.length > limit);
  const rows = cut ? result.rows.slice(0, limit) : result.rows;
  return {
    columns: result.columns,
    rows: rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))
    ),
    changes: result.changes,
    cut,
    verb: statement.tokens.find(({ text }) => /^[A-Z]/.test(text))?.text ?? "",
  };
}

/** A value that JSON has. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (!(value instanceof Uint8Array)) return value;
  return `x'${Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("")}'`;
}
