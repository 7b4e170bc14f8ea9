import type { FailureKind } from "../failure.ts";

/** The exit codes, a contract with scripts. 0 is done, also "nothing to do". */
export const EXIT: Record<FailureKind, number> = {
  failed: 1,
  usage: 2,
  auth: 3,
  missing: 4,
  conflict: 5,
  network: 6,
  config: 7,
  tool: 8,
  cancelled: 130,
};

/** A check found something; the answer stands on stdout. */
export const EXIT_FOUND = 1;
/** A bug in this program. */
export const EXIT_BUG = 70;
