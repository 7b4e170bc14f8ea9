import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { type AuthConfig, authParts, DEFAULT_AUTH_CONFIG, sameAuthConfig } from "./auth_config.ts";
import { authFileName, noAuthFile, readAuthFile } from "./auth_file.ts";
import { checkAuthRefs } from "./auth_refs.ts";
import { renderAuthConfig } from "./auth_text.ts";
import { type AppliedPlan, changesOf, hashOf, type Plan, type PlanItem } from "./plan.ts";

/** The applied auth config, or the default while nothing was applied. */
export async function currentAuthConfig(platform: Platform): Promise<AuthConfig> {
  return await platform.authConfig.applied() ?? DEFAULT_AUTH_CONFIG;
}

/**
 * Writes the applied config to `configs/auth-config.yaml`, only when it means something else than the
 * file. Comments and the order of keys stay.
 *
 * @throws Failure AUTH_CONFIG_INVALID (config): a broken file is not overwritten.
 */
export async function pullAuth(
  system: System,
  project: Project,
  platform: Platform,
): Promise<{ changed: boolean; file: string }> {
  const config = await currentAuthConfig(platform);
  const present = await readAuthFile(system, project);
  const file = authFileName(project);
  if (present && sameAuthConfig(present.config, config)) return { changed: false, file };
  const { mergeAuthYaml } = await import("./auth_yaml.ts");
  const text = present ? mergeAuthYaml(present.text, config) : renderAuthConfig(config);
  await withLock(
    system,
    project,
    "auth pull",
    () => system.files.write(project.authConfigFile, text),
  );
  return { changed: true, file };
}

/** An applied plan, and what is likely to go wrong with it. */
export interface AppliedAuth extends AppliedPlan {
  findings: Finding[];
}

/**
 * Stores the project's auth config on the platform; the next deploy takes it up.
 *
 * @throws Failure AUTH_CONFIG_MISSING, AUTH_CONFIG_INVALID (config)
 */
export async function applyAuth(
  system: System,
  project: Project,
  platform: Platform,
  options: { dryRun: boolean },
): Promise<AppliedAuth> {
  const file = await readAuthFile(system, project);
  if (!file) throw noAuthFile(project);
  const { config } = file;
  const findings = await checkAuthRefs(system, project, platform, config);
  const first = await planAuth(config, await platform.authConfig.applied());
  if (options.dryRun) return { ...first, applied: false, findings };
  if (changesOf(first.plan).length === 0) return { ...first, applied: true, findings };
  return await withLock(system, project, "auth apply", async () => {
    const plan = await planAuth(config, await platform.authConfig.applied());
    await platform.authConfig.apply(config);
    return { ...plan, applied: true, findings };
  });
}

/** Compares a config with the applied one, part by part. */
export async function planAuth(declared: AuthConfig, applied: AuthConfig | null): Promise<Plan> {
  const wanted = authParts(declared);
  const found = applied ? authParts(applied) : new Map<string, string>();
  const plan = [...wanted].map(([name, value]): PlanItem => {
    const before = found.get(name);
    return {
      action: before === undefined ? "create" : before === value ? "none" : "change",
      name,
      detail: null,
    };
  });
  for (const name of found.keys()) {
    if (!wanted.has(name)) plan.push({ action: "remove", name, detail: null });
  }
  return { plan, hash: await hashOf([[...wanted], [...found]]) };
}
