import type { DatabaseSync } from "node:sqlite";

/** D1's longest statement, bytes (https://developers.cloudflare.com/d1/platform/limits/). */
export const MAX_SQL_BYTES = 100_000;

/**
 * The limits that D1 gives its SQLite (https://sqlite.org/c3ref/limit.html), as workerd sets them. The
 * first two are those of D1's page, which workerd alone does not set: SQLite would make a value of up to
 * 1 GB in one piece, and that ends the app's process.
 */
const LIMITS = {
  length: 2_000_000,
  functionArg: 32,
  column: 100,
  exprDepth: 100,
  compoundSelect: 5,
  likePatternLength: 50,
  variableNumber: 100,
  attach: 0,
};

/** Gives a connection D1's limits, so that what runs here runs there too. */
export function limitAsD1(db: DatabaseSync): void {
  const capable: DatabaseSync & { limits?: Record<keyof typeof LIMITS, number> } = db;
  if (capable.limits) Object.assign(capable.limits, LIMITS);
}
