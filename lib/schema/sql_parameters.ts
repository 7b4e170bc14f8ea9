import { Failure } from "../failure.ts";
import type { Statement } from "./statements.ts";

/**
 * The value of one `--param`: JSON where it is a single value, else the text itself. `'"5"'` is the
 * text 5, `5` the number, `[1]` the text of a JSON list. Whole numbers beyond 2^53 stay exact.
 */
export function parameterValue(text: string): unknown {
  if (/^-?[1-9]\d*$/.test(text) && !Number.isSafeInteger(Number(text))) {
    const exact = BigInt(text);
    return BigInt.asIntN(64, exact) === exact ? exact : text;
  }
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? text : value;
  } catch {
    return text;
  }
}

/**
 * Deals the values out: each statement takes as many as it has placeholders, in order.
 *
 * @throws Failure PARAMETER_NAMED, PARAMETER_COUNT (usage)
 */
export function dealParameters(statements: Statement[], values: unknown[]): unknown[][] {
  const counts = statements.map(placeholders);
  const wanted = counts.reduce((sum, count) => sum + count, 0);
  if (wanted !== values.length) {
    throw new Failure(
      "usage",
      "PARAMETER_COUNT",
      `The SQL has ${wanted} ${
        wanted === 1 ? "placeholder" : "placeholders"
      }, but \`--param\` stands there ${values.length} ${values.length === 1 ? "time" : "times"}`,
      { hint: "Give one `--param <value>` for each `?`, in order; `--param null` for NULL" },
    );
  }
  let at = 0;
  return counts.map((count) => values.slice(at, at += count));
}

/** How many values a statement takes, as SQLite counts them: `?7` alone takes seven. */
function placeholders(statement: Statement): number {
  let count = 0;
  for (const { kind, text } of statement.tokens) {
    if (kind !== "parameter") continue;
    if (!text.startsWith("?")) {
      throw new Failure("usage", "PARAMETER_NAMED", `\`${text}\` is a named placeholder`, {
        hint: "Write `?` or `?1`, and give the values with `--param <value>`, in order",
      });
    }
    count = text === "?" ? count + 1 : Math.max(count, Number(text.slice(1)));
  }
  return count;
}
