import type { DatabaseSync } from "node:sqlite";

/** D1's longest statement, bytes (https://developers.cloudflare.com/d1/platform/limits/). */
export const MAX_SQL_BYTES = 100_000;

/** The limits that D1 gives its SQLite (https://sqlite.org/c3ref/limit.html), as workerd sets them. */
const LIMITS = {
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
