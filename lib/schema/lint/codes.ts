import type { Finding } from "../../finding.ts";

/** What the linter can say. The codes are a contract: `-- edgespark:allow CODE reason` names them. */
export const LINT_CODES: Record<string, { severity: Finding["severity"]; about: string }> = {
  DESTRUCTIVE: { severity: "info", about: "takes tables, columns, rows or names away" },
  DATA_DEPENDENT: { severity: "warning", about: "fails or works depending on the rows" },
  NOT_NULL_WITHOUT_DEFAULT: {
    severity: "warning",
    about: "a new NOT NULL column without default: fails as soon as the table has rows",
  },
  UNINDEXED_FOREIGN_KEY: {
    severity: "info",
    about: "a foreign key without index: each delete of a parent reads the whole table",
  },
  STATEMENT_TOO_LONG: { severity: "warning", about: "longer than D1 accepts" },
  TOO_MANY_COLUMNS: { severity: "warning", about: "more columns than D1 accepts" },
  TOO_MANY_PARAMETERS: { severity: "warning", about: "more placeholders than D1 accepts" },
};

/** Limits of D1: https://developers.cloudflare.com/d1/platform/limits/ */
export const D1_LIMITS = {
  /** Bytes of one statement. */
  statement: 100_000,
  columns: 100,
  /** Placeholders of one statement. */
  parameters: 100,
};

/** A finding of the linter about one statement. */
export interface Remark {
  code: string;
  /** Index of the statement in its migration. */
  statement: number;
  message: string;
  fix: string | null;
}
