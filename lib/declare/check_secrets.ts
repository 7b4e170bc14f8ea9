import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { readRuntimeKeys, runtimeFile } from "./runtime_keys.ts";
import { listSecrets, type SecretRow } from "./secrets.ts";

/** Whether every declared secret has a value. */
export interface SecretCheck {
  ok: boolean;
  /** Names of declared secrets without a value that can be opened, in the order of the declaration. */
  unset: string[];
  findings: Finding[];
  /** What to run next; null when all is set. */
  command: string | null;
}

/** Compares what the project declares with what the environment has. Opens no value. */
export async function checkSecrets(
  system: System,
  project: Project,
  platform: Platform,
): Promise<SecretCheck> {
  const declared = (await readRuntimeKeys(system, project)).secrets;
  const { secrets } = await listSecrets(system, project, platform);
  const rows = new Map(secrets.map((row) => [row.key, row]));
  const unset = declared.filter((key) => rows.get(key)?.state !== "set");
  const command = unset.length > 0 ? `edgespark secret set ${unset.join(" ")}` : null;
  const findings = unset.map((key): Finding => ({
    code: rows.get(key)!.locked ? "SECRET_LOCKED" : "SECRET_UNSET",
    severity: "error",
    file: runtimeFile(project),
    line: null,
    message: message(rows.get(key)!),
    fix: `Run \`edgespark secret set ${key}\``,
  }));
  return { ok: unset.length === 0, unset, findings, command };
}

function message({ key, state, locked }: SecretRow): string {
  if (state === "pending") return `\`${key}\` waits for its value on a page`;
  if (locked) return `\`${key}\` is sealed with a key that is not on this machine`;
  return state === "expired"
    ? `\`${key}\` has no value: its page expired`
    : `\`${key}\` has no value`;
}
