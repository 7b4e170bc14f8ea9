import { Failure } from "../failure.ts";
import type { SqlProblem } from "./sql_judge.ts";
import type { Statement } from "./statements.ts";

/** @throws Failure SQL_REFUSED, DANGEROUS_SQL (usage) with every problem */
export function refuseProblems(problems: SqlProblem[], confirmed: boolean): void {
  const never = problems.filter(({ confirmable }) => !confirmable);
  const standing = confirmed ? never : problems;
  if (standing.length === 0) return;
  const lines = standing.map(({ statement, line, reason }) =>
    `Statement ${statement}, line ${line}: ${reason}`
  );
  const count = `${standing.length} ${standing.length === 1 ? "statement" : "statements"}`;
  if (never.length > 0) {
    throw new Failure("usage", "SQL_REFUSED", `Nothing was run: ${count} refused`, {
      hint: "`db sql` reads and changes rows; make schema changes with `edgespark db generate`",
      details: { lines, problems: standing },
    });
  }
  throw new Failure("usage", "DANGEROUS_SQL", `Nothing was run: ${count} without WHERE`, {
    hint: "Add a WHERE, or run the command again with `--confirm-dangerous`",
    details: { lines, problems: standing },
  });
}

/**
 * What SQLite says, with the place in the whole text.
 *
 * @throws Failure SQL_FAILED (failed)
 */
export function rejectedSql(
  cause: unknown,
  statement: Statement | null,
  index: number | null,
): never {
  if (cause instanceof Failure) throw cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const place = statement ? `statement ${index! + 1}, line ${statement.line}` : "the commit";
  throw new Failure("failed", "SQL_FAILED", `SQLite refused ${place}: ${reason}`, {
    hint: "Nothing was changed. Mend the SQL and run the command again",
    details: {
      statement: index === null ? null : index + 1,
      line: statement?.line ?? null,
      sql: statement?.text.slice(0, 500) ?? null,
      reason,
    },
    cause,
  });
}
