/** A piece of `runtime.ts`. */
export interface Token {
  /** `odd`: a character, an unclosed comment or an unclosed string that has no place there. */
  kind: "word" | "string" | "sign" | "odd" | "end";
  /** Of a string: what stands between the quotes. */
  text: string;
  /** From 1. */
  line: number;
  column: number;
  /** It is the first one on its line. */
  newLine: boolean;
}

/** White space and comments; then a word, a string on one line, or one character of any kind. */
const SPACE = /(?:\s|\/\/[^\n\r]*|\/\*[^]*?\*\/)*/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const STRING = /"([^"\\\n\r]*)"|'([^'\\\n\r]*)'/y;

/** Cuts the text into tokens; the last one is always `end`. Never throws: the parser judges `odd`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  for (;;) {
    const before = line;
    const space = match(SPACE)![0];
    for (const found of space.matchAll(/\r\n|\r|\n/g)) {
      line++;
      lineStart = at + found.index + found[0].length;
    }
    at += space.length;
    const place = {
      line,
      column: at - lineStart + 1,
      newLine: line > before || tokens.length === 0,
    };
    if (at >= text.length) return [...tokens, { kind: "end", text: "", ...place }];
    const word = match(WORD);
    const string = match(STRING);
    const raw = word?.[0] ?? string?.[0] ?? text[at]!;
    if (word) tokens.push({ kind: "word", text: raw, ...place });
    else if (string) tokens.push({ kind: "string", text: string[1] ?? string[2] ?? "", ...place });
    else tokens.push({ kind: "|=;".includes(raw) ? "sign" : "odd", text: raw, ...place });
    at += raw.length;
  }
}
