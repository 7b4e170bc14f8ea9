import { classify, type StatementInfo } from "./classify.ts";
import { pragmaTable } from "./pragma_tables.ts";
import { splitStatements, type Statement } from "./statements.ts";
import { isSystemTable } from "./system_tables.ts";

/** Why a statement is not run. */
export interface SqlProblem {
  /** Which statement, from 1. */
  statement: number;
  /** From 1, in the whole text. */
  line: number;
  sql: string;
  reason: string;
  /** `--confirm-dangerous` allows it; nothing else does. */
  confirmable: boolean;
}

/** What `db sql` was given, understood. */
export interface JudgedSql {
  statements: Statement[];
  /** At least one of them writes. */
  writes: boolean;
  problems: SqlProblem[];
}

const READS = ["SELECT", "VALUES"];
const WRITES = ["INSERT", "UPDATE", "REPLACE", "DELETE"];

/**
 * Judges the text of `db sql` (decision 7): it reads, or changes rows of the app's own tables. DDL,
 * pragmas, transactions and everything that cannot be parsed are refused for good; a DELETE or UPDATE
 * of every row waits for a confirmation. Pure; nothing is run.
 */
export function judgeSql(sql: string): JudgedSql {
  const statements = splitStatements(sql);
  const infos = statements.map(explained);
  return {
    statements,
    writes: infos.some(({ info, isPlan }) => info.kind === "dml" && !isPlan),
    problems: infos.flatMap(({ info, isPlan }, index) => {
      const statement = statements[index]!;
      const judged = judge(statement, info, isPlan);
      return judged === null ? [] : [{
        statement: index + 1,
        line: statement.line,
        sql: statement.text.replace(/\s+/g, " ").slice(0, 200),
        ...judged,
      }];
    }),
  };
}

/** What stands behind `EXPLAIN [QUERY PLAN]`: pragmas take effect even when they are only explained. */
function explained(statement: Statement): { info: StatementInfo; isPlan: boolean } {
  const info = classify(statement);
  if (info.verb !== "EXPLAIN") return { info, isPlan: false };
  const [, second, third] = statement.tokens;
  const skip = second?.text === "QUERY" && third?.text === "PLAN" ? 3 : 1;
  const inner = classify({ ...statement, tokens: statement.tokens.slice(skip) });
  return { info: inner, isPlan: true };
}

function judge(
  statement: Statement,
  info: StatementInfo,
  isPlan: boolean,
): { reason: string; confirmable: boolean } | null {
  const never = (reason: string) => ({ reason, confirmable: false });
  if (info.malformed) return never("it cannot be parsed");
  if (info.kind === "ddl") return never(`${info.verb} changes the schema: use migrations`);
  if (info.kind === "tcl") return never("transactions are not supported: all is one already");
  if (info.kind === "pragma" || pragmaTable(statement)) return never("PRAGMA is not supported");
  if (info.kind === "other") return never(`${info.verb} is not supported`);
  if (info.kind === "unknown" || ![...READS, ...WRITES].includes(info.verb)) {
    return never(info.verb ? `it cannot be parsed: ${info.verb}` : "it cannot be parsed");
  }
  if (info.kind === "dql") return null;
  if (info.target === null) return never("it cannot be parsed");
  if (isSystemTable(info.target)) {
    return never(`\`${info.target}\` belongs to the platform and is read-only`);
  }
  if (!isPlan && !info.where && (info.verb === "DELETE" || info.verb === "UPDATE")) {
    const what = info.verb === "DELETE" ? "deletes" : "changes";
    return {
      reason: `${info.verb} without WHERE ${what} every row of \`${info.target}\``,
      confirmable: true,
    };
  }
  return null;
}
