import { isSymbol, isWord, type Token, tokenize } from "./tokens.ts";

/** One SQL statement of a text. */
export interface Statement {
  /** From its first to its last token, without the closing semicolon. */
  text: string;
  /** Offset of the first token in the whole text. */
  start: number;
  /** Line of the first token, from 1. */
  line: number;
  /** Without comments; offsets count from `start`. */
  tokens: Token[];
}

/** The line that drizzle-kit writes between statements; a comment to SQLite. */
export const BREAKPOINT = "--> statement-breakpoint";

/**
 * Splits SQL at the semicolons that end statements. Those in strings, comments and trigger bodies do
 * not: a trigger ends, as in `sqlite3_complete()`, at an `END` that follows a semicolon. With
 * `breakpoints` a drizzle-kit breakpoint ends a statement too, as drizzle's migrator has it.
 */
export function splitStatements(sql: string, options: { breakpoints?: boolean } = {}): Statement[] {
  const statements: Statement[] = [];
  const lines = lineCounter(sql);
  let current: Token[] = [];
  let trigger = false;
  const finish = () => {
    const first = current[0], last = current.at(-1);
    if (first && last) {
      statements.push({
        text: sql.slice(first.start, last.end),
        start: first.start,
        line: lines(first.start),
        tokens: current.map((token) => shifted(token, first.start)),
      });
    }
    current = [];
    trigger = false;
  };
  const isComplete = () => !trigger || endsTrigger(current);
  for (const token of tokenize(sql)) {
    if (token.kind === "comment") {
      if (options.breakpoints && isComplete() && sql.startsWith(BREAKPOINT, token.start)) finish();
      continue;
    }
    if (isSymbol(token, ";") && isComplete()) {
      finish();
      continue;
    }
    current.push(token);
    if (!trigger && current.length <= 6 && isWord(token, "TRIGGER")) {
      trigger = createsTrigger(current);
    }
  }
  finish();
  return statements;
}

/** `[EXPLAIN [QUERY PLAN]] CREATE [TEMP | TEMPORARY] TRIGGER`. */
function createsTrigger(tokens: Token[]): boolean {
  const words = tokens.map((token) => (token.kind === "word" ? token.text : "?")).join(" ");
  return /^(EXPLAIN (QUERY PLAN )?)?CREATE (TEMP |TEMPORARY )?TRIGGER$/.test(words);
}

function endsTrigger(tokens: Token[]): boolean {
  return isWord(tokens.at(-1), "END") && isSymbol(tokens.at(-2), ";");
}

function shifted(token: Token, by: number): Token {
  return by === 0 ? token : { ...token, start: token.start - by, end: token.end - by };
}

/** Counts lines for rising offsets. */
function lineCounter(sql: string): (offset: number) => number {
  let line = 1, at = 0;
  return (offset) => {
    for (
      let next = sql.indexOf("\n", at);
      next >= 0 && next < offset;
      next = sql.indexOf("\n", at)
    ) {
      line++;
      at = next + 1;
    }
    return line;
  };
}
