import { isSymbol, isWord, nameOf, type Token, tokenize } from "./tokens.ts";

/** The name under which a table is built before it takes the place of the old one, as drizzle-kit has it. */
export function newName(table: string): string {
  return `__new_${table}`;
}

/**
 * A `CREATE TABLE` text for the same table under its new name. References to tables that are rebuilt
 * together go to their new names too; SQLite's `RENAME TO` brings all of them back.
 *
 * @param together the tables that are rebuilt together, in lower case
 */
export function rewriteCreate(sql: string, table: string, together: Set<string>): string {
  const tokens = tokenize(sql).filter((token) => token.kind !== "comment");
  const own = tokens.findIndex((token, index) =>
    index > 0 && nameOf(sql, token)?.toLowerCase() === table.toLowerCase()
  );
  let result = "", at = 0;
  for (const [index, token] of tokens.entries()) {
    const name = replaced(sql, tokens, index, own, table, together);
    if (name === null) continue;
    result += `${sql.slice(at, token.start)}\`${newName(name).replaceAll("`", "``")}\``;
    at = token.end;
  }
  return result + sql.slice(at);
}

/** Whether SQL mentions one of these tables (lower case) by name. */
export function mentions(sql: string, tables: Set<string>): boolean {
  return tokenize(sql).some((token) => {
    const name = token.kind === "word" || token.kind === "name" ? nameOf(sql, token) : null;
    return name !== null && tables.has(name.toLowerCase());
  });
}

function replaced(
  sql: string,
  tokens: Token[],
  index: number,
  own: number,
  table: string,
  together: Set<string>,
): string | null {
  const token = tokens[index]!;
  const name = nameOf(sql, token);
  if (name === null || token.kind === "string") return null;
  if (index === own) return name;
  if (isWord(tokens[index - 1], "REFERENCES")) {
    return together.has(name.toLowerCase()) ? name : null;
  }
  const qualifies = isSymbol(tokens[index + 1], ".") && !isSymbol(tokens[index - 1], ".");
  return qualifies && name.toLowerCase() === table.toLowerCase() ? name : null;
}
