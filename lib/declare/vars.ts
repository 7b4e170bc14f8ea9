import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { checkKeyName } from "./key_names.ts";
import { readRuntimeKeys } from "./runtime_keys.ts";
import { looksSecret } from "./secret_look.ts";

/** Largest value, bytes of UTF-8 (decision 9). */
const LARGEST = 5 * 1024;

/**
 * Reads `KEY=VALUE [KEY=VALUE ...]` or `KEY VALUE`. Errors never repeat a value.
 *
 * @throws Failure VAR_USAGE, KEY_INVALID, KEY_REPEATED, VAR_TOO_LARGE (usage)
 */
export function parseAssignments(words: string[]): Record<string, string> {
  const [first = "", second = ""] = words;
  const pairs = words.length === 2 && !first.includes("=")
    ? [[first, second] as const]
    : words.map((word, index) => {
      const at = word.indexOf("=");
      if (at > 0) return [word.slice(0, at), word.slice(at + 1)] as const;
      throw new Failure(
        "usage",
        "VAR_USAGE",
        `Argument ${index + 1} is not of the form \`KEY=VALUE\``,
        {
          hint:
            "Run `edgespark var set KEY=VALUE [KEY=VALUE ...]`; put quotes round a value with spaces",
        },
      );
    });
  const values = new Map<string, string>();
  for (const [key, value] of pairs) {
    checkKeyName(key);
    if (values.has(key)) {
      throw new Failure("usage", "KEY_REPEATED", `\`${key}\` is given twice`, {
        hint: "Give each key once",
      });
    }
    const bytes = new TextEncoder().encode(value).length;
    if (bytes > LARGEST) {
      throw new Failure(
        "usage",
        "VAR_TOO_LARGE",
        `The value of \`${key}\` has ${bytes} bytes; at most ${LARGEST} are allowed`,
        {
          hint: "Keep large content in a bucket",
        },
      );
    }
    values.set(key, value);
  }
  return Object.fromEntries(values);
}

/** Sets all values, or none; says what looks wrong about them. */
export async function setVars(
  system: System,
  project: Project,
  platform: Platform,
  values: Record<string, string>,
): Promise<{ set: string[]; findings: Finding[] }> {
  const declared = await readRuntimeKeys(system, project);
  await withLock(system, project, "var set", () => platform.vars.set(values));
  const findings: Finding[] = [];
  const warn = (code: string, message: string, fix: string) =>
    findings.push({ code, severity: "warning", file: null, line: null, message, fix });
  for (const [key, value] of Object.entries(values)) {
    if (declared.secrets.includes(key)) {
      warn("VAR_IS_SECRET", `\`${key}\` is declared as a secret, not as a var`, secretFix(key));
    } else {
      if (looksSecret(key, value)) {
        warn(
          "VAR_LOOKS_SECRET",
          `\`${key}\` looks like a secret, and vars are stored in clear`,
          secretFix(key),
        );
      }
      if (!declared.vars.includes(key)) {
        warn(
          "VAR_UNDECLARED",
          `\`${key}\` is not declared`,
          `Add "${key}" to \`VarKey\` in \`defs/runtime.ts\``,
        );
      }
    }
  }
  return { set: Object.keys(values), findings };
}

function secretFix(key: string): string {
  return `Run \`edgespark var delete ${key}\`, then \`edgespark secret set ${key}\``;
}

/** The vars that are set, and the names of those that are declared but not set. */
export interface VarListing {
  vars: { key: string; value: string; declared: boolean }[];
  unset: string[];
}

/** What the environment has, against what the project declares. */
export async function listVars(
  system: System,
  project: Project,
  platform: Platform,
): Promise<VarListing> {
  const declared = (await readRuntimeKeys(system, project)).vars;
  const rows = await platform.vars.list();
  const vars = rows.map(({ key, value }) => ({ key, value, declared: declared.includes(key) }));
  return { vars, unset: declared.filter((key) => !rows.some((row) => row.key === key)) };
}

/**
 * Deletes what is set of the keys.
 *
 * @throws Failure VAR_NOT_FOUND (missing) when none of them is set; KEY_INVALID (usage)
 */
export async function deleteVars(
  system: System,
  project: Project,
  platform: Platform,
  keys: string[],
): Promise<{ deleted: string[]; missing: string[] }> {
  for (const key of keys) checkKeyName(key);
  const set = new Set((await platform.vars.list()).map((row) => row.key));
  const missing = keys.filter((key) => !set.has(key));
  if (missing.length === keys.length) {
    throw new Failure("missing", "VAR_NOT_FOUND", `Not set: ${keys.join(", ")}`, {
      hint: "See `edgespark var list`",
    });
  }
  const deleted = await withLock(system, project, "var delete", () => platform.vars.delete(keys));
  return { deleted, missing };
}
