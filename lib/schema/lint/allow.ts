import type { Finding } from "../../finding.ts";
import type { Migration } from "../chain.ts";
import { tokenize } from "../tokens.ts";
import { LINT_CODES, type Remark } from "./codes.ts";

/** `-- edgespark:allow CODE reason` in a migration. */
interface Allowance {
  code: string;
  reason: string;
  line: number;
  /** The statement that it speaks of; -1 where none follows. */
  statement: number;
  used: boolean;
}

const FORM = /^--\s*edgespark:allow\b[ \t]*(\S*)[ \t]*(.*)$/;

/**
 * Takes out the remarks that the file allows, and reports allowances that say nothing: without a reason,
 * with an unknown code, or where nothing is to be allowed.
 *
 * An allowance speaks of the statement that ends on its line, else of the next one.
 */
export function applyAllowances(
  migration: Migration,
  remarks: Remark[],
): { remarks: Remark[]; findings: Finding[] } {
  const allowances = allowancesOf(migration);
  const kept = remarks.filter(({ code, statement }) => {
    const found = allowances.filter((item) =>
      item.code === code && item.statement === statement && item.reason !== ""
    );
    for (const item of found) item.used = true;
    return found.length === 0;
  });
  return {
    remarks: kept,
    findings: allowances.flatMap((allowance) => {
      const problem = problemOf(allowance);
      return problem === null ? [] : [{ ...problem, file: migration.file, line: allowance.line }];
    }),
  };
}

function problemOf(
  { code, reason, used }: Allowance,
): Pick<Finding, "code" | "severity" | "message" | "fix"> | null {
  if (!Object.hasOwn(LINT_CODES, code)) {
    return {
      code: "ALLOW_UNKNOWN",
      severity: "warning",
      message: code === ""
        ? "`edgespark:allow` names no code"
        : `\`edgespark:allow ${code}\` allows nothing: there is no such code`,
      fix: `Write one of ${Object.keys(LINT_CODES).join(", ")}`,
    };
  }
  if (reason === "") {
    return {
      code: "ALLOW_WITHOUT_REASON",
      severity: "warning",
      message: `\`edgespark:allow ${code}\` gives no reason and allows nothing`,
      fix: `Write \`-- edgespark:allow ${code} <why it is right here>\``,
    };
  }
  if (used) return null;
  return {
    code: "ALLOW_UNUSED",
    severity: "info",
    message: `\`edgespark:allow ${code}\` allows nothing: the statement has no such finding`,
    fix: "Remove the comment",
  };
}

function allowancesOf({ text, statements }: Migration): Allowance[] {
  if (!text.includes("edgespark:allow")) return [];
  const lineOf = (offset: number) => text.slice(0, offset).split("\n").length;
  return tokenize(text).filter(({ kind }) => kind === "comment").flatMap(({ start, end }) => {
    const match = FORM.exec(text.slice(start, end).trimEnd());
    if (!match) return [];
    const line = lineOf(start);
    const before = statements.findLastIndex((statement) =>
      statement.start < start && lineOf(statement.start + statement.text.length) === line
    );
    const after = statements.findIndex((statement) =>
      statement.start + statement.text.length > start
    );
    return [{
      code: match[1]!,
      reason: match[2]!.trim(),
      line,
      statement: before >= 0 ? before : after,
      used: false,
    }];
  });
}
