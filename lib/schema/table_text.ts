import { sqlShape } from "./sql_shape.ts";
import { isSymbol, isWord, nameOf, type Token, tokenize } from "./tokens.ts";

/** What of a `CREATE TABLE` only its text tells: no pragma of SQLite does. */
export interface TableText {
  /** By lower-case column: collation, generated expression, conflict clauses. */
  columns: Map<string, string>;
  /** Expressions by name; those without a name by themselves. */
  checks: Map<string, string>;
  autoincrement: boolean;
}

const CONSTRAINTS = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

/** Reads the definitions between the outer parentheses (https://sqlite.org/lang_createtable.html). */
export function readTableText(sql: string): TableText {
  const result: TableText = { columns: new Map(), checks: new Map(), autoincrement: false };
  for (const tokens of definitions(tokenize(sql).filter(({ kind }) => kind !== "comment"))) {
    const [first] = tokens;
    if (!first) continue;
    const parts: string[] = [];
    let depth = 0;
    for (const [index, token] of tokens.entries()) {
      const next = tokens[index + 1];
      if (isWord(token, "AUTOINCREMENT")) result.autoincrement = true;
      if (isWord(token, "CHECK") && isSymbol(next, "(")) {
        const named = isWord(tokens[index - 2], "CONSTRAINT") ? tokens[index - 1] : undefined;
        const check = group(tokens, index + 1);
        result.checks.set((named && nameOf(sql, named)) ?? check, check);
      }
      if (isSymbol(token, "(")) depth++;
      if (isSymbol(token, ")")) depth--;
      if (depth > 0) continue;
      if (isWord(token, "COLLATE")) parts.push(`COLLATE ${nameOf(sql, next)?.toUpperCase()}`);
      if (isWord(token, "AS") && isSymbol(next, "(")) parts.push(`AS ${group(tokens, index + 1)}`);
      if (isWord(token, "CONFLICT")) parts.push(`CONFLICT ${next?.text}`);
    }
    if (first.kind === "word" && CONSTRAINTS.includes(first.text)) continue;
    result.columns.set(`${nameOf(sql, first)}`.toLowerCase(), parts.join(" "));
  }
  return result;
}

/** The parts of the outer parentheses, cut at their commas. */
function definitions(tokens: Token[]): Token[][] {
  const open = tokens.findIndex((token) => isSymbol(token, "("));
  const found: Token[][] = [[]];
  for (let at = open + 1, depth = 1; open >= 0 && at < tokens.length; at++) {
    const token = tokens[at]!;
    if (isSymbol(token, "(")) depth++;
    if (isSymbol(token, ")") && --depth === 0) break;
    if (depth === 1 && isSymbol(token, ",")) found.push([]);
    else found.at(-1)!.push(token);
  }
  return found;
}

/** The parentheses that open at a place, with what is between them. */
function group(tokens: Token[], start: number): string {
  let depth = 0, end = start;
  do {
    if (isSymbol(tokens[end], "(")) depth++;
    if (isSymbol(tokens[end], ")")) depth--;
    end++;
  } while (depth > 0 && end < tokens.length);
  return sqlShape(tokens.slice(start, end));
}
