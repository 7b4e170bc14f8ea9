import type { Statement } from "./statements.ts";
import { isSymbol, isWord, nameOf } from "./tokens.ts";

/** Pragmas that only describe the schema; as tables they are open to everybody, on D1 too. */
const OPEN = new Set([
  "pragma_table_info",
  "pragma_table_xinfo",
  "pragma_table_list",
  "pragma_index_info",
  "pragma_index_list",
  "pragma_index_xinfo",
  "pragma_foreign_key_list",
]);

/**
 * The pragma that a statement calls by its table-valued form (https://sqlite.org/pragma.html#pragfunc),
 * or null: `SELECT * FROM pragma_optimize` writes to the database all the same.
 */
export function pragmaTable({ text, tokens }: Statement): string | null {
  for (const [index, token] of tokens.entries()) {
    const name = nameOf(text, token)?.toLowerCase();
    if (!name?.startsWith("pragma_") || OPEN.has(name)) continue;
    // A string is a table only where a table is expected.
    const before = tokens[index - 1];
    const isTable = ["FROM", "JOIN"].some((word) => isWord(before, word)) ||
      [",", "(", "."].some((symbol) => isSymbol(before, symbol));
    if (token.kind !== "string" || isTable) return name;
  }
  return null;
}
