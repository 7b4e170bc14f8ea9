import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { keepAuthBase, readAuthBase } from "./auth_base.ts";
import { type AuthConfig, DEFAULT_AUTH_CONFIG } from "./auth_config.ts";
import { noAuthFile, readAuthFile } from "./auth_file.ts";
import { checkAuthRefs } from "./auth_refs.ts";
import {
  agreeing,
  type AppliedPlan,
  changesOf,
  checkPlan,
  conflictsOf,
  type Plan,
  removalsOf,
} from "./plan.ts";
import { planAuth } from "./plan_auth.ts";

/** The applied auth config, or the default while nothing was applied. */
export async function currentAuthConfig(platform: Platform): Promise<AuthConfig> {
  return await platform.authConfig.applied() ?? DEFAULT_AUTH_CONFIG;
}

/** How `auth apply` was asked. */
export interface ApplyAuthOptions {
  dryRun: boolean;
  confirmDangerous?: boolean;
  /** The hash of the plan that was shown: go on only if it still is the same, also over conflicts. */
  plan?: string;
}

/** An applied plan, and what is likely to go wrong with it. */
export interface AppliedAuth extends AppliedPlan {
  findings: Finding[];
  /** When an applied change counts. */
  takesEffect: "next deploy";
}

const COMMAND = "auth apply";

/**
 * Stores the project's auth config on the platform, whole; the next deploy takes it up.
 *
 * @throws Failure AUTH_CONFIG_MISSING, AUTH_CONFIG_INVALID, NOT_UTF8 (config); AUTH_CONFLICT,
 * PLAN_CHANGED, LOCKED (conflict); AUTH_REMOVAL (failed)
 */
export async function applyAuth(
  system: System,
  project: Project,
  platform: Platform,
  options: ApplyAuthOptions,
): Promise<AppliedAuth> {
  const file = await readAuthFile(system, project);
  if (!file) throw noAuthFile(project);
  const { config } = file;
  const findings = await checkAuthRefs(system, project, platform, config);
  const answer = (plan: Plan, applied: boolean): AppliedAuth => ({
    ...plan,
    applied,
    findings,
    takesEffect: "next deploy",
  });
  const planNow = async () => {
    const base = await readAuthBase(system, project);
    const plan = await planAuth(config, await platform.authConfig.applied(), base);
    checkPlan(plan, options.plan, COMMAND);
    return plan;
  };
  if (options.dryRun) return answer(await planNow(), false);
  return await withLock(system, project, COMMAND, async () => {
    const plan = await planNow();
    if (conflictsOf(plan.plan).length > 0 && options.plan === undefined) throw conflicts(plan);
    if (removalsOf(plan.plan).length > 0 && !options.confirmDangerous) throw removals(plan);
    if (changesOf(plan.plan).length > 0) await platform.authConfig.apply(config);
    await keepAuthBase(system, project, config);
    return answer(plan, true);
  });
}

function conflicts(plan: Plan): Failure {
  const steps = conflictsOf(plan.plan);
  const list = steps.map(({ name }) => `\`${name}\``).join(", ");
  return new Failure(
    "conflict",
    "AUTH_CONFLICT",
    `Applying would overwrite what somebody else applied: ${list}; nothing was changed`,
    {
      hint: `Take theirs with \`edgespark auth pull\`, or overwrite it with \`${
        agreeing(plan, COMMAND)
      }\``,
      details: { ...plan, lines: steps.map(({ name, detail }) => `${name}: ${detail}`) },
    },
  );
}

function removals(plan: Plan): Failure {
  const steps = removalsOf(plan.plan);
  const list = steps.map(({ name }) => `\`${name}\``).join(", ");
  return new Failure(
    "failed",
    "AUTH_REMOVAL",
    `Applying would remove ${list} with its settings; nothing was changed`,
    {
      hint: `If that is meant, run \`${
        agreeing(plan, COMMAND)
      }\`; to switch a provider off and keep its settings, write \`enabled: false\``,
      details: { ...plan, removed: steps },
    },
  );
}
