import { type AuthFile, authFileName } from "../declare/auth_file.ts";
import { runtimeFile, type RuntimeKeys } from "../declare/runtime_keys.ts";
import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { DeclaredBucket } from "../project/buckets.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";

/** What the project declares, as far as it could be read. */
export interface DeclaredState {
  keys: RuntimeKeys | null;
  /** The text of `runtime.ts`; empty when there is none. */
  runtimeText: string;
  /** Null: not readable, or not valid. */
  buckets: DeclaredBucket[] | null;
  auth: AuthFile | null;
}

/** Where the environment differs from what the project declares. Reads only. */
export async function environmentFindings(
  system: System,
  project: Project,
  platform: Platform,
  declared: DeclaredState,
): Promise<Finding[]> {
  const [unset, storage, auth] = await Promise.all([
    unsetKeys(project, platform, declared),
    storageDrift(platform, declared.buckets),
    authDrift(system, project, platform, declared.auth),
  ]);
  // A key that is declared and that a provider names is told once.
  const told = new Set(unset.map(({ fix }) => fix));
  return [...unset, ...storage, ...auth.filter(({ fix }) => !told.has(fix))];
}

async function unsetKeys(
  project: Project,
  platform: Platform,
  { keys, runtimeText }: DeclaredState,
): Promise<Finding[]> {
  if (!keys) return [];
  const [vars, secrets] = await Promise.all([platform.vars.list(), platform.secrets.list()]);
  const setVars = new Set(vars.map(({ key }) => key));
  const setSecrets = new Set(
    secrets.filter(({ state }) => state === "set").map(({ key }) => key),
  );
  const unset = (kind: "var" | "secret", key: string, value: string): Finding => ({
    code: `${kind.toUpperCase()}_UNSET`,
    severity: "error",
    file: runtimeFile(project),
    line: lineOf(runtimeText, new RegExp(`["']${key}["']`)),
    message: `The ${kind} \`${key}\` is declared and not set`,
    fix: `Run \`edgespark ${kind} set ${key}${value}\``,
  });
  return [
    ...keys.vars.filter((key) => !setVars.has(key)).map((key) => unset("var", key, "=<value>")),
    ...keys.secrets.filter((key) => !setSecrets.has(key)).map((key) => unset("secret", key, "")),
  ];
}

async function storageDrift(
  platform: Platform,
  declared: DeclaredBucket[] | null,
): Promise<Finding[]> {
  if (!declared) return [];
  const [{ planBuckets }, { changesOf, removalsOf }, applied] = await Promise.all([
    import("../declare/buckets.ts"),
    import("../declare/plan.ts"),
    platform.buckets.list(),
  ]);
  const { plan } = await planBuckets(declared, applied, new Map());
  const file = declared[0]?.file ?? null;
  // A removal is refused until somebody agrees to it, and with it everything else.
  const fix = removalsOf(plan).length > 0
    ? "See what would go: `edgespark storage apply --dry-run`"
    : "Run `edgespark storage apply`";
  return changesOf(plan).map(({ action, name }) => ({
    code: "STORAGE_DRIFT",
    severity: "warning",
    file,
    line: null,
    message: `The bucket \`${name}\` is not as declared (${action})`,
    fix,
  }));
}

async function authDrift(
  system: System,
  project: Project,
  platform: Platform,
  file: AuthFile | null,
): Promise<Finding[]> {
  if (!file) return [];
  const [{ currentAuthConfig }, { planAuth }, { readAuthBase }, { checkAuthRefs }, plans] =
    await Promise.all([
      import("../declare/auth.ts"),
      import("../declare/plan_auth.ts"),
      import("../declare/auth_base.ts"),
      import("../declare/auth_refs.ts"),
      import("../declare/plan.ts"),
    ]);
  const [applied, base, refs] = await Promise.all([
    platform.authConfig.applied(),
    readAuthBase(system, project),
    checkAuthRefs(system, project, platform, file.config),
  ]);
  // While nothing is applied, what runs is the default, and nobody's change can be lost.
  const { plan } = applied
    ? await planAuth(file.config, applied, base)
    : await planAuth(file.config, await currentAuthConfig(platform));
  // A removal or a conflict is refused until somebody agrees to it.
  const asks = [...plans.removalsOf(plan), ...plans.conflictsOf(plan)].length > 0;
  const drift = plans.changesOf(plan).map(({ action, name }): Finding => ({
    code: "AUTH_DRIFT",
    severity: "warning",
    file: authFileName(project),
    line: lineOf(file.text, new RegExp(`^${name}\\s*:`, "m")),
    message: `\`${name}\` is not as declared (${action})`,
    fix: asks
      ? "See what would change: `edgespark auth apply --dry-run`"
      : "Run `edgespark auth apply`",
  }));
  const placed = refs.map((finding) => {
    const key = /`([A-Z][A-Z0-9_]*)`/.exec(finding.message)?.[1];
    return key && finding.line === null
      ? { ...finding, line: lineOf(file.text, new RegExp(`\\b${key}\\b`)) }
      : finding;
  });
  return [...placed, ...drift];
}

/** The line (from 1) where a pattern first fits. */
export function lineOf(text: string, pattern: RegExp): number | null {
  const match = pattern.exec(text);
  return match ? text.slice(0, match.index).split("\n").length : null;
}
