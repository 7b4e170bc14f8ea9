/** Reads Cliffy's notation: flags, `<name:type>` definitions, names of properties. */
import type { Argument } from "./model.ts";

/** `-p, --port <n:integer>` taken apart. */
export interface SplitDefinition {
  /** The words before the definitions: flags, names. */
  names: string[];
  /** The definitions as written, joined by blanks. */
  typeDefinition: string;
  equalsSign: boolean;
}

/** Takes apart the flags of an option, or the name and arguments of a command. */
export function splitDefinition(text: string): SplitDefinition {
  const words = text.trim().split(/[, =] */);
  const first = words.findIndex((word) => /^[<[].+[\]>]$/.test(word));
  const end = first === -1 ? words.length : first;
  return {
    names: words.slice(0, end),
    typeDefinition: words.slice(end).join(" "),
    equalsSign: text.includes("="),
  };
}

/** Reads `<name:string> [rest...:string]`. Throws on a mistake of the programmer. */
export function parseArguments(definition: string, descriptions: string[] = []): Argument[] {
  const args: Argument[] = [];
  for (const [index, raw] of definition.trim().split(/ +/).filter(Boolean).entries()) {
    const arg = { ...parseArgument(raw), description: descriptions[index] };
    const last = args.at(-1);
    if (last?.variadic) {
      throw new Error(`An argument cannot follow an variadic argument, but got "${raw}".`);
    }
    if (last?.optional && !arg.optional) {
      throw new Error(
        `An required argument cannot follow an optional argument, but "${arg.name}"  is defined as required.`,
      );
    }
    args.push(arg);
  }
  return args;
}

function parseArgument(raw: string): Argument {
  const [word, type = "string", action] = raw.slice(1, -1).split(":");
  const bare = type.replace(/\[\]$/, "");
  return {
    name: word.replace(/^\.\.\.|\.\.\.$/, ""),
    type: bare,
    action: action ?? bare,
    raw,
    optional: raw.startsWith("["),
    variadic: word.startsWith("...") || word.endsWith("..."),
    list: type.endsWith("[]"),
  };
}

/** `dry-run` -> `dryRun`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** The property that an option writes: `--no-web` writes `web`. */
export function propertyOf(name: string): string {
  return camelCase(name.replace(/^no-/, ""));
}

/** The property that an environment variable writes: `API_TOKEN` -> `apiToken`. */
export function envPropertyOf(name: string, prefix = ""): string {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return camelCase(bare.toLowerCase().replaceAll("_", "-"));
}

/** Removes the indentation of the first line from every line. */
export function dedent(text: string): string {
  const lines = text.split("\n");
  while (lines.length > 0 && lines[0].trim() === "") lines.shift();
  const indent = lines.length === 0 ? 0 : lines[0].length - lines[0].trimStart().length;
  return lines.map((line) => line.slice(indent)).join("\n").trimEnd();
}
