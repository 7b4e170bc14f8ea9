import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import { classify } from "./classify.ts";
import type { RehearsedTable } from "./rehearsal.ts";
import type { ScriptFailure } from "./shadow.ts";
import { splitStatements } from "./statements.ts";

/** The tables that statements say they empty or drop, in lower case. */
export function declaredLosses(statements: string[]): Set<string> {
  return new Set(
    statements.flatMap((text) => splitStatements(text)).map((statement) => classify(statement))
      .filter(({ verb }) => verb === "DROP TABLE" || verb === "DELETE")
      .map(({ target }) => target!.toLowerCase()),
  );
}

/** Rows or references that went although no statement says so: what a dropped parent takes with it. */
export function unexpectedLosses(tables: RehearsedTable[], statements: string[]): RehearsedTable[] {
  const declared = declaredLosses(statements);
  return tables.filter(({ table, dropped, lost, unlinked }) =>
    (lost > 0 && !(dropped && declared.has(table.toLowerCase())) && !deletes(statements, table)) ||
    (unlinked > 0 && !updates(statements, table))
  );
}

/**
 * The generator's last wall: a migration that takes rows along is never written.
 *
 * @throws Failure ROWS_LOST (failed)
 */
export function refuseLosses(tables: RehearsedTable[], statements: string[]): void {
  const losses = unexpectedLosses(tables, statements);
  if (losses.length === 0) return;
  const names = losses.map(({ table }) => `\`${table}\``).join(", ");
  throw new Failure("failed", "ROWS_LOST", `This change would take rows of ${names} along`, {
    hint:
      "Change one thing at a time: first the references to a table, then the table; run `edgespark db generate` after each",
    details: { losses },
  });
}

/** A statement that works only while tables have no rows. */
export function rehearsalWarning(failure: ScriptFailure, statements: string[]): Finding {
  const statement = failure.index === null
    ? "The end of the migration"
    : `\`${oneLine(statements[failure.index] ?? "")}\``;
  return {
    code: "FAILS_ON_ROWS",
    severity: "warning",
    file: null,
    line: null,
    message: `${statement} fails where tables have rows: ${failure.message}`,
    fix: /NOT NULL/i.test(failure.message) ? "Give the column a default, or let it be empty" : null,
  };
}

/** The beginning of a statement, on one line. */
export function oneLine(statement: string): string {
  const text = statement.replace(/\s+/g, " ").trim();
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function deletes(statements: string[], table: string): boolean {
  return some(statements, (verb, target) => verb === "DELETE" && target === table.toLowerCase());
}

function updates(statements: string[], table: string): boolean {
  return some(statements, (verb, target) => verb === "UPDATE" && target === table.toLowerCase());
}

function some(statements: string[], test: (verb: string, target: string) => boolean): boolean {
  return statements.flatMap((text) => splitStatements(text)).map((statement) => classify(statement))
    .some(({ verb, target }) => test(verb, target?.toLowerCase() ?? ""));
}
