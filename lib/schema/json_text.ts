import { Failure } from "../failure.ts";

/**
 * Reads the JSON of a project file.
 *
 * @param file how messages name it, relative to the project
 * @throws Failure JSON_INVALID (config) with line and column
 */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { offset, reason } = firstConflict(text) ?? new Scanner(text).firstError();
    const before = text.slice(0, offset).split("\n");
    const line = before.length, column = before.at(-1)!.length + 1;
    throw new Failure(
      "config",
      "JSON_INVALID",
      `Invalid \`${file}\`: ${reason} (line ${line}, column ${column})`,
      {
        hint: `Restore the file from version control: \`git checkout -- ${file}\``,
        details: { file, line, column },
        cause,
      },
    );
  }
}

/**
 * The line, from 1, of the value at a path in valid JSON; of the innermost thing around it where there is
 * no such value.
 */
export function lineIn(text: string, path: (string | number)[]): number {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)];
  const is = (at: number, characters: string) => characters.includes(tokens[at]?.[0] ?? "\0");
  const end = (at: number): number => {
    for (let depth = 0; at < tokens.length;) {
      if (is(at, "{[")) depth++;
      else if (is(at, "}]")) depth--;
      at++;
      if (depth === 0) break;
    }
    return at;
  };
  const find = (at: number, [wanted, ...rest]: (string | number)[]): number => {
    if (wanted === undefined || !is(at, "{[")) return at;
    const isObject = is(at, "{");
    for (let member = at + 1, count = 0; member < tokens.length && !is(member, "}]"); count++) {
      const value = isObject ? member + 2 : member;
      const key = isObject ? JSON.parse(tokens[member]![0]) : count;
      if (key === wanted) return find(value, rest);
      member = end(value) + (is(end(value), ",") ? 1 : 0);
    }
    return at;
  };
  const offset = tokens[find(0, path)]?.index ?? 0;
  return text.slice(0, offset).split("\n").length;
}

/** The text that drizzle-kit writes for a value: two spaces, no newline at the end. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function firstConflict(text: string): { offset: number; reason: string } | null {
  const start = /^<{7} /m.exec(text);
  return start && /^>{7} /m.test(text)
    ? { offset: start.index, reason: "it holds an unresolved merge" }
    : null;
}

/** Finds the place that `JSON.parse` stumbled over; engines do not always tell. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  firstError(): { offset: number; reason: string } {
    try {
      this.#value();
      this.#space();
      if (this.#at < this.#text.length) this.#fail("text after the end of the value");
      return { offset: 0, reason: "not JSON" };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return { offset: this.#at, reason: error.message };
    }
  }

  #value(): void {
    this.#space();
    const char = this.#text[this.#at];
    if (char === "{") return this.#items("}", () => this.#member());
    if (char === "[") return this.#items("]", () => this.#value());
    if (char === '"') return this.#string();
    const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
    literal.lastIndex = this.#at;
    if (!literal.test(this.#text)) this.#fail("a value is expected");
    this.#at = literal.lastIndex;
  }

  #items(close: string, item: () => void): void {
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      this.#space();
      const char = this.#text[this.#at];
      if (char !== "," && char !== close) this.#fail(`\`,\` or \`${close}\` is expected`);
      this.#at++;
      if (char === close) return;
    }
  }

  #member(): void {
    this.#space();
    if (this.#text[this.#at] !== '"') this.#fail("a name in double quotes is expected");
    this.#string();
    this.#space();
    if (this.#text[this.#at] !== ":") this.#fail("`:` is expected");
    this.#at++;
    this.#value();
  }

  #string(): void {
    // deno-lint-ignore no-control-regex -- JSON forbids control characters in strings
    const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    string.lastIndex = this.#at;
    if (!string.test(this.#text)) {
      this.#fail("the string does not end or holds an invalid character");
    }
    this.#at = string.lastIndex;
  }

  #space(): void {
    const space = /[ \t\r\n]*/y;
    space.lastIndex = this.#at;
    space.test(this.#text);
    this.#at = space.lastIndex;
  }

  #fail(reason: string): never {
    throw new SyntaxError(this.#at >= this.#text.length ? `the text ends where ${reason}` : reason);
  }
}
