import { classify, type StatementInfo } from "../schema/classify.ts";
import { pragmaTable } from "../schema/pragma_tables.ts";
import { splitStatements } from "../schema/statements.ts";
import { isSystemTable } from "../schema/system_tables.ts";

const ALLOWED = ["SELECT", "INSERT", "UPDATE", "REPLACE", "DELETE"];

/**
 * Judges SQL that an app runs (decision 7): one statement, which reads or writes rows of the app's
 * own tables. What cannot be understood is refused.
 *
 * @returns why it must not run, or null when it may.
 */
export function judgeAppSql(sql: string): string | null {
  const statements = splitStatements(sql);
  const [statement] = statements;
  // Empty text is left to the database, which has its own words for it.
  if (!statement) return null;
  if (statements.length > 1) {
    return "one call runs one statement; use `db.batch([...])` for several";
  }
  if (pragmaTable(statement)) return "PRAGMA is not supported";
  return judge(classify(statement));
}

function judge(info: StatementInfo): string | null {
  if (info.malformed) return "the statement cannot be parsed";
  if (info.kind === "ddl") return `${info.verb} changes the schema; use migrations for that`;
  if (info.kind === "tcl") {
    return `${info.verb} is not supported; use \`db.batch([...])\` for atomic writes`;
  }
  if (!ALLOWED.includes(info.verb) || info.kind === "unknown") {
    return `${info.verb || "this statement"} is not supported`;
  }
  if (info.kind === "dql") return null;
  if (info.target === null) return "the statement cannot be parsed";
  if (isSystemTable(info.target)) {
    return `\`${info.target}\` belongs to the platform and is read-only`;
  }
  if (info.verb === "DELETE" && !info.where) return "DELETE without WHERE deletes every row";
  return null;
}
