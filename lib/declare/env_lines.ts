/** One assignment of an env file, or a line that is none. */
export interface EnvLine {
  key: string;
  value: string;
  /** From 1: where it begins. */
  line: number;
  /** Why it is no assignment. Says nothing of a value. */
  problem: string | null;
}

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };
const HEAD = /[^\S\n]*(?:export[^\S\n]+)?([^\s=#"'`]+)[^\S\n]*=[^\S\n]*/y;
const BLANK = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const BARE = /[^\n]*/y;
const QUOTED: Record<string, RegExp> = {
  '"': /"((?:[^"\\]|\\[^])*)"/y,
  "'": /'([^']*)'/y,
  "`": /`([^`]*)`/y,
};

/** Cuts the text of an env file into its assignments, in order. Line breaks of any system are one `\n`. */
export function* scanEnv(source: string): Generator<EnvLine> {
  const text = source.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  let at = 0;
  let counted = 0;
  let line = 1;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (at < text.length) {
    for (; counted < at; counted++) if (text[counted] === "\n") line++;
    if (take(BLANK)) continue;
    const entry = { key: "", value: "", line, problem: null as string | null };
    const head = take(HEAD);
    if (!head) {
      entry.problem = "This line is no assignment";
      take(BARE);
    } else {
      entry.key = head[1]!;
      const quote = QUOTED[text[at] ?? ""];
      if (!quote) entry.value = bare(take(BARE)![0]);
      else {
        const mark = text[at];
        const match = take(quote);
        if (!match) {
          // Where it should have ended nobody knows, so nothing after it can be trusted.
          yield {
            ...entry,
            problem: `The quote ${mark} that \`${entry.key}\` opens is never closed`,
          };
          return;
        }
        entry.value = mark === '"' ? unescape(match[1]!) : match[1]!;
        if (!take(BLANK)) {
          entry.problem = `Something follows the closing quote of \`${entry.key}\``;
          take(BARE);
        }
      }
    }
    if (entry.value.includes("\0")) entry.problem = `\`${entry.key}\` has a zero byte`;
    yield entry;
  }
}

/** A value without quotes ends at a `#` after a space. */
function bare(rest: string): string {
  return rest.replace(/(^|\s)#.*$/, "").trim();
}

function unescape(text: string): string {
  return text.replace(/\\([^])/g, (whole, letter) => ESCAPES[letter] ?? whole);
}
