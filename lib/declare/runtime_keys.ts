import { join } from "@std/path";
import { Failure } from "../failure.ts";
import { decode, type Project } from "../project/project.ts";
import type { System } from "../ports/system.ts";
import { KEY_PATTERN } from "./key_names.ts";
import { type Token, tokenize } from "./runtime_tokens.ts";

/** The keys that `defs/runtime.ts` declares, in its order. */
export interface RuntimeKeys {
  vars: string[];
  secrets: string[];
}

const TYPES: Record<string, keyof RuntimeKeys> = { VarKey: "vars", SecretKey: "secrets" };

/**
 * Reads the declared keys from `server/src/defs/runtime.ts`; no file means none. The file is read, not run.
 *
 * @throws Failure RUNTIME_KEYS_INVALID (config), see parseRuntimeKeys
 */
export async function readRuntimeKeys(system: System, project: Project): Promise<RuntimeKeys> {
  const bytes = await system.files.read(join(project.defs, "runtime.ts"));
  const name = runtimeFile(project);
  return bytes ? parseRuntimeKeys(decode(bytes, name), name) : { vars: [], secrets: [] };
}

/** How messages name the file: relative to the project's root. */
export function runtimeFile({ config }: Pick<Project, "config">): string {
  return `${config.serverPath === "." ? "" : `${config.serverPath}/`}src/defs/runtime.ts`;
}

/**
 * Parses the two exported unions of string literals, and nothing else (contract section 2.8). Comments
 * may stand anywhere, a leading `|` and a missing or lonely `;` are fine, `never` is no key.
 *
 * @param file how errors name it
 * @throws Failure RUNTIME_KEYS_INVALID (config) with file, line and column
 */
export function parseRuntimeKeys(text: string, file: string): RuntimeKeys {
  const tokens = tokenize(text);
  const found: Partial<RuntimeKeys> = {};
  let at = 0;
  const peek = () => tokens[at]!;
  const fail = (token: Token, reason: string) => invalid(file, token, reason);
  const take = (word: string) => {
    const token = tokens[at++]!;
    if (token.text !== word || token.kind === "string") {
      throw fail(token, `expected \`${word}\` but found ${shown(token)}`);
    }
  };
  while (peek().kind !== "end") {
    if (peek().text === ";") {
      at++;
      continue;
    }
    take("export");
    take("type");
    const name = tokens[at++]!;
    const kind = Object.hasOwn(TYPES, name.text) ? TYPES[name.text] : undefined;
    if (!kind) {
      throw fail(
        name,
        `only the types \`VarKey\` and \`SecretKey\` may stand here, not ${shown(name)}`,
      );
    }
    if (found[kind]) throw fail(name, `\`${name.text}\` is declared twice`);
    take("=");
    if (peek().text === "|") at++;
    const keys = new Set<string>();
    for (;;) {
      const member = tokens[at++]!;
      if (member.kind === "string") keys.add(checked(member, fail));
      else if (member.text !== "never") {
        throw fail(member, `expected a key in quotes but found ${shown(member)}`);
      }
      if (peek().text !== "|") break;
      at++;
    }
    found[kind] = [...keys];
    if (peek().kind !== "end" && peek().text !== ";" && !peek().newLine) {
      throw fail(peek(), `expected \`|\` or \`;\` but found ${shown(peek())}`);
    }
  }
  return { vars: found.vars ?? [], secrets: found.secrets ?? [] };
}

function checked(token: Token, fail: (token: Token, reason: string) => Failure): string {
  if (KEY_PATTERN.test(token.text)) return token.text;
  throw fail(
    token,
    `the key "${token.text}" must be upper-case letters, digits and \`_\`, a letter first`,
  );
}

function shown(token: Token): string {
  if (token.kind === "end") return "the end of the file";
  return token.kind === "string" ? `"${token.text}"` : `\`${token.text}\``;
}

function invalid(file: string, { line, column }: Token, reason: string): Failure {
  return new Failure(
    "config",
    "RUNTIME_KEYS_INVALID",
    `Invalid \`${file}:${line}:${column}\`: ${reason}`,
    {
      hint:
        'The file holds two types only: `export type VarKey = "A" | "B";` and `export type SecretKey = never;`',
      details: { file, line, column },
    },
  );
}
