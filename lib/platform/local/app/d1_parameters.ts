import type { SQLInputValue } from "node:sqlite";
import { tokenize } from "../../../schema/tokens.ts";

/** The parameters of a statement in SQLite's order: the name of a named one, else null. */
export type Parameters = (string | null)[];

/** Reads the parameters of a SQL text (https://sqlite.org/lang_expr.html#varparam). */
export function parametersOf(sql: string): Parameters {
  const found: Parameters = [];
  // Most texts have none, and need not be cut up.
  if (!/[?:@$]/.test(sql)) return found;
  for (const { kind, text } of tokenize(sql)) {
    if (kind !== "parameter") continue;
    if (text === "?") found.push(null);
    else if (!text.startsWith("?")) {
      if (!found.includes(text)) found.push(text);
    } else while (found.length < Number(text.slice(1))) found.push(null);
  }
  return found;
}

/**
 * What node:sqlite takes for `values`: D1 binds by position whatever the parameters are called.
 *
 * @returns null when there are more or fewer values than parameters.
 */
export function argumentsOf(parameters: Parameters, values: SQLInputValue[]) {
  if (parameters.length !== values.length) return null;
  if (!parameters.some((name) => name !== null)) return values;
  const named: Record<string, SQLInputValue> = {};
  for (const [index, name] of parameters.entries()) {
    if (name !== null) named[name] = values[index]!;
  }
  return [named, ...values.filter((_, index) => parameters[index] === null)];
}
