/**
 * The names of the exports whose declarations differ between two texts, in the order of the newer
 * text, then those that only the older one has. Comments and white space do not count, so a text that
 * is only worded differently gives no names.
 *
 * A splitter, not a parser: a declaration goes from its `export` to the next one.
 */
export function changedSymbols(older: string, newer: string): string[] {
  const before = declarations(older);
  const after = declarations(newer);
  return [
    ...[...after].filter(([name, text]) => before.get(name) !== text).map(([name]) => name),
    ...[...before.keys()].filter((name) => !after.has(name)),
  ];
}

/** Exported name -> its declaration without comments and white space. */
function declarations(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const start =
    /^[ \t]*export\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:const|let|var|function|class|interface|type|enum)\s+([\w$]+)/gm;
  const code = withoutComments(text);
  const heads = [...code.matchAll(start)];
  for (const [index, head] of heads.entries()) {
    const body = code.slice(head.index, heads[index + 1]?.index)
      // What opens the next block belongs to the next block.
      .replace(/\}\s*declare\s+module[^{]*\{\s*$/, "}");
    found.set(head[1]!, body.replace(/\s+/g, ""));
  }
  return found;
}

/** Strings are matched first, so that `s3://` in one is not taken for a comment. */
function withoutComments(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string?: string) => string ?? "",
  );
}
