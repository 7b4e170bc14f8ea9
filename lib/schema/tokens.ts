/**
 * What a token is. `word`: a bare keyword or name; `name`: a quoted one; `bad`: something that SQLite
 * cannot read either (an open quote, a stray character, NUL).
 */
export type TokenKind =
  | "word"
  | "name"
  | "string"
  | "blob"
  | "number"
  | "parameter"
  | "symbol"
  | "comment"
  | "bad";

/** A token and where it stands: `sql.slice(start, end)`. */
export interface Token {
  kind: TokenKind;
  start: number;
  end: number;
  /** Upper case for words, without quotes for names, as written for the rest. */
  text: string;
}

/**
 * Cuts SQL into tokens by the rules of SQLite's own tokenizer (https://sqlite.org/src/file/src/tokenize.c):
 * comments end with the line or with the text, quotes are doubled to be escaped, names may hold `$` and
 * every character beyond ASCII. White space is left out. Never throws.
 */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  // SQLite's text ends at a NUL: whatever holds one, comments too, is not what it seems to be.
  const nul = sql.indexOf("\0");
  for (let at = 0; at < sql.length;) {
    const code = sql.charCodeAt(at);
    if (isSpace(code)) {
      at++;
      continue;
    }
    const [kind, end] = read(sql, at, code);
    if (nul >= 0 && nul < end) return [...tokens, bad(sql, at)];
    tokens.push({ kind, start: at, end, text: textOf(sql, kind, at, end) });
    at = end;
  }
  return tokens;
}

/** Whether a token is this bare word. `word` in upper case. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.text === word;
}

/** Whether a token is this punctuation. */
export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === "symbol" && token.text === symbol;
}

/** The name that a token stands for, as written, or null when it cannot be one. SQLite takes strings too. */
export function nameOf(sql: string, token: Token | undefined): string | null {
  if (!token) return null;
  if (token.kind === "word") return sql.slice(token.start, token.end);
  if (token.kind === "name") return token.text;
  return token.kind === "string" ? unquote(sql, token.start, token.end) : null;
}

/** A name in the double quotes that every SQLite understands. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function bad(sql: string, start: number): Token {
  return { kind: "bad", start, end: sql.length, text: sql.slice(start) };
}

function read(sql: string, at: number, code: number): [TokenKind, number] {
  const next = sql.charCodeAt(at + 1);
  if (code === DASH && next === DASH) return ["comment", lineEnd(sql, at)];
  if (code === SLASH && next === STAR && at + 2 < sql.length) {
    const close = sql.indexOf("*/", at + 2);
    return ["comment", close < 0 ? sql.length : close + 2];
  }
  if (code === QUOTE) return quoted(sql, at, "'", "string");
  if (code === DOUBLE || code === TICK) return quoted(sql, at, sql[at]!, "name");
  if (code === BRACKET) {
    const close = sql.indexOf("]", at);
    return close < 0 ? ["bad", sql.length] : ["name", close + 1];
  }
  if ((code === LOWER_X || code === UPPER_X) && next === QUOTE) return blob(sql, at);
  if (isDigit(code) || (code === DOT && isDigit(next))) return number(sql, at);
  if (code === QUESTION) return ["parameter", skip(sql, at + 1, isDigit)];
  if (code === COLON || code === AT || code === HASH || code === DOLLAR) return parameter(sql, at);
  if (isIdentifier(code)) return ["word", skip(sql, at, isIdentifier)];
  return symbol(sql, at);
}

function quoted(sql: string, at: number, quote: string, kind: TokenKind): [TokenKind, number] {
  for (let close = sql.indexOf(quote, at + 1); close >= 0; close = sql.indexOf(quote, close + 2)) {
    if (sql[close + 1] !== quote) return [kind, close + 1];
  }
  return ["bad", sql.length];
}

function blob(sql: string, at: number): [TokenKind, number] {
  const match = /[0-9a-f]*'/iy;
  match.lastIndex = at + 2;
  const digits = match.exec(sql);
  if (digits && digits[0].length % 2 === 1) return ["blob", match.lastIndex];
  const close = sql.indexOf("'", at + 2);
  return ["bad", close < 0 ? sql.length : close + 1];
}

const NUMBER =
  /0x[0-9a-f](?:_?[0-9a-f])*|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:e[+-]?\d(?:_?\d)*)?/iy;

function number(sql: string, at: number): [TokenKind, number] {
  NUMBER.lastIndex = at;
  const end = NUMBER.test(sql) ? NUMBER.lastIndex : at + 1;
  const after = skip(sql, end, isIdentifier);
  return after > end ? ["bad", after] : ["number", end];
}

function parameter(sql: string, at: number): [TokenKind, number] {
  const match = /[:@#$](?:[\w$\u0080-\uffff]|::)+(?:\([^\t-\r )]*\))?/y;
  match.lastIndex = at;
  return match.test(sql) ? ["parameter", match.lastIndex] : ["bad", at + 1];
}

function symbol(sql: string, at: number): [TokenKind, number] {
  for (const length of [3, 2]) {
    if (LONG_SYMBOLS.has(sql.slice(at, at + length))) return ["symbol", at + length];
  }
  return SYMBOLS.includes(sql[at]!) ? ["symbol", at + 1] : ["bad", at + 1];
}

function textOf(sql: string, kind: TokenKind, start: number, end: number): string {
  if (kind === "word") return upperCase(sql.slice(start, end));
  if (kind === "name") return unquote(sql, start, end);
  return kind === "comment" ? "" : sql.slice(start, end);
}

/** ASCII only, as SQLite has it: to JavaScript the long s of `\u017felect` is an S as well. */
function upperCase(word: string): string {
  return word.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function unquote(sql: string, start: number, end: number): string {
  const quote = sql[start]!;
  const inner = sql.slice(start + 1, end - 1);
  return quote === "[" ? inner : inner.replaceAll(quote + quote, quote);
}

function lineEnd(sql: string, at: number): number {
  const end = sql.indexOf("\n", at);
  return end < 0 ? sql.length : end;
}

function skip(sql: string, at: number, test: (code: number) => boolean): number {
  while (at < sql.length && test(sql.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13 || code === 12 || code === 0xfeff;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, digits, `_`, `$` and everything beyond ASCII. */
function isIdentifier(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) ||
    code === 95 ||
    code === DOLLAR || code > 127;
}

const LONG_SYMBOLS = new Set(["->>", "->", "||", "<=", "<>", "<<", ">=", ">>", "==", "!="]);
const SYMBOLS = "();+-*/%=<>,&~.|";
const QUOTE = 39, DOUBLE = 34, TICK = 96, BRACKET = 91, DASH = 45, SLASH = 47, STAR = 42, DOT = 46;
const QUESTION = 63, COLON = 58, AT = 64, HASH = 35, DOLLAR = 36, LOWER_X = 120, UPPER_X = 88;
