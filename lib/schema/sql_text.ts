import type { SqlResult } from "./run_sql.ts";

/** Characters of a cell that a terminal gets to see. */
const WIDTH = 80;

/** The results as tables, one after the other. */
export function resultsText({ results }: SqlResult): string {
  return results.map(resultText).join("\n\n");
}

function resultText({ columns, rows, changes, cut }: SqlResult["results"][0]): string {
  const parts: string[] = [];
  if (columns.length > 0) {
    if (rows.length > 0) parts.push(table(columns, rows));
    const all = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
    parts.push(cut ? `${all} shown, there are more` : all);
  }
  if (columns.length === 0 || changes > 0) {
    parts.push(`${changes} ${changes === 1 ? "row" : "rows"} changed`);
  }
  return parts.join("\n");
}

function table(columns: string[], rows: Record<string, unknown>[]): string {
  const cells = rows.map((row) => columns.map((column) => cell(row[column])));
  const widths = columns.map((column, index) =>
    cells.reduce((width, row) => Math.max(width, row[index]!.length), cell(column).length)
  );
  const line = (values: string[]) =>
    values.map((value, index) => value.padEnd(widths[index]!)).join("  ").trimEnd();
  return [
    line(columns.map(cell)),
    widths.map((width) => "-".repeat(width)).join("  "),
    ...cells.map(line),
  ].join("\n");
}

/** One line, without characters that a terminal obeys. */
function cell(value: unknown): string {
  const text = value === null ? "NULL" : String(value);
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  const safe = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, escaped);
  return safe.length > WIDTH ? `${safe.slice(0, WIDTH - 3)}...` : safe;
}

function escaped(character: string): string {
  const known: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return known[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
