import type { SQLInputValue } from "node:sqlite";
import { tokenize } from "../../../schema/tokens.ts";

/** The parameters of a statement in SQLite's order: the name of a named one, else null. */
export interface Parameters {
  names: (string | null)[];
  /** Whether one of them has a name. */
  named: boolean;
}

/** Reads the parameters of a SQL text (https://sqlite.org/lang_expr.html#varparam). */
export function parametersOf(sql: string): Parameters {
  const found: (string | null)[] = [];
  // Most texts have none, and need not be cut up.
  if (!/[?:@$]/.test(sql)) return { names: found, named: false };
  for (const { kind, text } of tokenize(sql)) {
    if (kind !== "parameter") continue;
    if (text === "?") found.push(null);
    else if (!text.startsWith("?")) {
      if (!found.includes(text)) found.push(text);
    } else while (found.length < Number(text.slice(1))) found.push(null);
  }
  return { names: found, named: found.some((name) => name !== null) };
}

/**
 * What node:sqlite takes for `values`: D1 binds by position whatever the parameters are called.
 *
 * @returns null when there are more or fewer values than parameters.
 */
export function argumentsOf({ names, named }: Parameters, values: SQLInputValue[]) {
  if (names.length !== values.length) return null;
  if (!named) return values;
  const byName: Record<string, SQLInputValue> = {};
  for (const [index, name] of names.entries()) {
    if (name !== null) byName[name] = values[index]!;
  }
  return [byName, ...values.filter((_, index) => names[index] === null)];
}
