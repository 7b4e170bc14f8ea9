/** Which exports differ between two texts; each list in the order of the text that has them. */
export interface SymbolChanges {
  /** Only the newer text has them. */
  added: string[];
  /** Both have them, and declare them differently. */
  changed: string[];
  /** Only the older text has them. */
  removed: string[];
}

/**
 * Compares the exported declarations of two texts. Comments, white space, trailing commas and the order
 * of declarations do not count, so a text that is only worded differently has no changes.
 *
 * A splitter, not a parser: a declaration goes from its `export` to the next one. Exports of a
 * `declare module "x"` are told apart by the module: `x: name`, except for the first of a name.
 */
export function compareSymbols(older: string, newer: string): SymbolChanges {
  const before = declarations(older);
  const after = declarations(newer);
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    changed: [...after].filter(([name, text]) => before.has(name) && before.get(name) !== text)
      .map(([name]) => name),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

const HEAD =
  /^[ \t]*(?:export\s+(?:default\s+)?(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:const|let|var|function|class|interface|type|enum|namespace)\s+([\w$]+)|(?:export\s+)?declare\s+module\s+(["'][^"'\n]+["'])|export\s+(?:type\s+)?(\{[^}]*\}|\*)[^;\n]*)/gm;

/** Exported name -> its declaration in a form that formatting does not change. */
function declarations(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const code = withoutComments(text);
  const heads = [...code.matchAll(HEAD)];
  let module: string | null = null;
  for (const [index, head] of heads.entries()) {
    const [whole, declared, block, list] = head;
    if (block) module = block.slice(1, -1);
    const source = list ? plain(whole.slice(whole.indexOf(list) + list.length)) : "";
    for (const [name, item] of itemsIn(list ?? "{}")) found.set(name, item + source);
    if (!declared) continue;
    const body = code.slice(head.index, heads[index + 1]?.index);
    const name = found.has(declared) && module ? `${module}: ${declared}` : declared;
    found.set(name, plain(body));
  }
  return found;
}

/** `{ a, b as c }` exports `a` and `c`: the names, and how each is written. */
function itemsIn(list: string): [name: string, item: string][] {
  if (list === "*") return [["*", "*"]];
  const items = list.slice(1, -1).split(",").map((item) => item.trim()).filter(Boolean);
  return items.map((item) => [item.split(/\s+/).at(-1)!, item.replace(/\s+/g, " ")]);
}

/** Without white space, trailing separators, and what closes the block around the declaration. */
function plain(declaration: string): string {
  const text = declaration.replace(/\s+/g, "").replace(/[,;]+(?=[)\]}>]|$)/g, "");
  const excess = count(text, "}") - count(text, "{");
  return excess > 0 ? text.replace(new RegExp(`(?:;?\\}){${excess}}$`), "") : text;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

/** Strings are matched first, so that `s3://` in one is not taken for a comment. */
function withoutComments(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string?: string) => string ?? "",
  );
}
