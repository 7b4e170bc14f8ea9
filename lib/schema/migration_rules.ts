import type { Finding } from "../finding.ts";
import type { Migration } from "./chain.ts";
import { classify, type StatementInfo } from "./classify.ts";
import type { Statement } from "./statements.ts";
import { SYSTEM_PREFIX } from "./system_tables.ts";
import { nameOf } from "./tokens.ts";

/** Pragmas that D1 accepts inside a migration. */
const PRAGMAS = ["foreign_keys", "defer_foreign_keys"];

/**
 * Statements that a migration may not hold: a file is one transaction already (D1 refuses its own BEGIN
 * too), pragmas and ATTACH reach beyond it, and the platform's tables may be referred to, but not
 * altered, dropped or written (decision 4).
 */
export function forbiddenStatements(migration: Migration): Finding[] {
  return migration.statements.flatMap((statement) => {
    const info = classify(statement);
    const reason = forbidden(statement, info);
    return reason === null ? [] : [{
      code: reason.code,
      severity: "error" as const,
      file: migration.file,
      line: statement.line,
      message: reason.message,
      fix: reason.fix,
    }];
  });
}

function forbidden(
  statement: Statement,
  info: StatementInfo,
): { code: string; message: string; fix: string } | null {
  if (info.malformed) {
    return {
      code: "SQL_MALFORMED",
      message: "This cannot be read as SQL: an open quote or a character that SQLite does not know",
      fix: "Mend the statement",
    };
  }
  if (info.kind === "tcl") {
    return {
      code: "TRANSACTION_REFUSED",
      message: `\`${info.verb}\` is not allowed in a migration: every file is one transaction`,
      fix: "Remove the statement",
    };
  }
  if (
    info.kind === "other" ||
    (info.kind === "pragma" && !PRAGMAS.includes(info.target?.toLowerCase() ?? ""))
  ) {
    const name = info.kind === "pragma" ? `PRAGMA ${info.target}` : info.verb;
    return {
      code: "STATEMENT_REFUSED",
      message: `\`${name}\` is not allowed in a migration`,
      fix: "Remove the statement",
    };
  }
  const table = systemTableTouched(statement, info);
  return table === null ? null : {
    code: "SYSTEM_TABLE_REFUSED",
    message: `\`${table}\` belongs to the platform: migrations may refer to it, but not change it`,
    fix: "Remove the statement",
  };
}

/** A table of the platform that the statement creates, alters, drops, writes or hangs something on. */
function systemTableTouched(statement: Statement, info: StatementInfo): string | null {
  const isSystem = (name: string | null) =>
    name !== null && name.toLowerCase().startsWith(SYSTEM_PREFIX);
  if (info.kind === "ddl" || info.kind === "dml") {
    for (
      const name of [info.target, info.on, info.verb === "ALTER TABLE RENAME TO" ? info.to : null]
    ) {
      if (isSystem(name)) return name;
    }
  }
  // Writes inside triggers and behind WITH: whatever stands after INTO, UPDATE or DELETE FROM.
  const { tokens, text } = statement;
  for (let index = 1; index < tokens.length; index++) {
    const name = nameOf(text, tokens[index]);
    if (!isSystem(name) || tokens[index]!.kind === "string") continue;
    let before = index - 1;
    if (tokens[before]?.text === "." && before > 1) before -= 2;
    const [word, earlier] = [tokens[before]?.text, tokens[before - 1]?.text];
    if (
      word === "INTO" || word === "UPDATE" || (word === "FROM" && earlier === "DELETE") ||
      earlier === "OR"
    ) return name;
  }
  return null;
}
