import { type Token, tokenize } from "./tokens.ts";

/**
 * SQL in a form that ignores white space, comments, case and the kind of quotes. Bare and quoted names
 * compare alike: SQLite changes quotes when a table is renamed.
 */
export function sqlShape(sql: string | Token[]): string {
  const tokens = typeof sql === "string" ? tokenize(sql) : sql;
  return tokens.filter(({ kind }) => kind !== "comment")
    .map(({ kind, text }) => (kind === "name" ? text.toUpperCase() : text)).join(" ");
}
