import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { Platform, SecretState } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { checkKeyName } from "./key_names.ts";
import { readRuntimeKeys } from "./runtime_keys.ts";

/**
 * Checks the names for `secret set`; each once, in the order given.
 *
 * @throws Failure SECRET_VALUE_GIVEN, KEY_INVALID (usage)
 */
export function parseSecretKeys(words: string[]): string[] {
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 0) continue;
    const key = word.slice(0, at);
    throw new Failure(
      "usage",
      "SECRET_VALUE_GIVEN",
      "A secret's value is never given on the command line",
      {
        hint: `Run \`edgespark secret set ${
          checkKeyName(key)
        }\` and enter the value on the page. If this one was real, change it: the shell may have kept it`,
      },
    );
  }
  return [...new Set(words.map(checkKeyName))];
}

/** A warning for each key that the project does not declare. */
export async function checkSecretKeys(
  system: System,
  project: Project,
  keys: string[],
): Promise<Finding[]> {
  const declared = await readRuntimeKeys(system, project);
  return keys.filter((key) => !declared.secrets.includes(key)).map((key) => ({
    code: declared.vars.includes(key) ? "SECRET_IS_VAR" : "SECRET_UNDECLARED",
    severity: "warning",
    file: null,
    line: null,
    message: declared.vars.includes(key)
      ? `\`${key}\` is declared as a var, not as a secret`
      : `\`${key}\` is not declared`,
    fix: `Add "${key}" to \`SecretKey\` in \`defs/runtime.ts\``,
  }));
}

/** A secret by name; its value is shown nowhere. */
export interface SecretRow {
  key: string;
  state: SecretState;
  /** There is a value, but this machine lacks the key that opens it: it must be entered again. */
  locked: boolean;
  declared: boolean;
  /** ISO 8601, UTC; null while nothing is known of the key. */
  updatedAt: string | null;
}

/** What the environment has and what the project declares, by name; a warning when values are locked. */
export async function listSecrets(
  system: System,
  project: Project,
  platform: Platform,
): Promise<{ secrets: SecretRow[]; findings: Finding[] }> {
  const declared = (await readRuntimeKeys(system, project)).secrets;
  const rows = new Map((await platform.secrets.list()).map((row) => [row.key, row]));
  const keys = [...new Set([...rows.keys(), ...declared])].sort();
  const secrets = keys.map((key): SecretRow => {
    const row = rows.get(key);
    return {
      key,
      state: row?.state ?? "unset",
      locked: row?.locked ?? false,
      declared: declared.includes(key),
      updatedAt: row ? new Date(row.updatedAt).toISOString() : null,
    };
  });
  const locked = secrets.filter((row) => row.locked).map(({ key }) => key);
  return { secrets, findings: locked.length > 0 ? [lockedFinding(locked)] : [] };
}

function lockedFinding(keys: string[]): Finding {
  return {
    code: "SECRETS_LOCKED",
    severity: "warning",
    file: null,
    line: null,
    message: `The sealing key of ${keys.join(", ")} is not on this machine`,
    fix: `Put the key back into the state folder, or run \`edgespark secret set ${
      keys.join(" ")
    }\``,
  };
}

/**
 * Deletes what is there of the keys. The running app loses them at once.
 *
 * @throws Failure SECRET_DELETION (failed) without `confirmDangerous`; SECRET_NOT_FOUND (missing) when none
 * of them is there; KEY_INVALID (usage)
 */
export async function deleteSecrets(
  system: System,
  project: Project,
  platform: Platform,
  keys: string[],
  confirmDangerous: boolean,
): Promise<{ deleted: string[]; missing: string[] }> {
  for (const key of keys) checkKeyName(key);
  const present = new Set((await platform.secrets.list()).map((row) => row.key));
  const missing = keys.filter((key) => !present.has(key));
  if (missing.length === keys.length) {
    throw new Failure("missing", "SECRET_NOT_FOUND", `Not set: ${keys.join(", ")}`, {
      hint: "See `edgespark secret list`",
    });
  }
  if (!confirmDangerous) {
    throw new Failure(
      "failed",
      "SECRET_DELETION",
      `Deleting ${keys.join(", ")} can break the running app at once`,
      {
        hint: `If that is meant, run \`edgespark secret delete ${
          keys.join(" ")
        } --confirm-dangerous\``,
      },
    );
  }
  const deleted = await withLock(
    system,
    project,
    "secret delete",
    () => platform.secrets.delete(keys),
  );
  return { deleted, missing };
}
