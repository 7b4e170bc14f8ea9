import { Failure } from "../failure.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { DeclaredBucket } from "../project/buckets.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { type BucketUsage, checkBuckets, planBuckets } from "./buckets.ts";
import { type AppliedPlan, changesOf, type Plan } from "./plan.ts";

/** Reads the declared buckets of a project, in the sandbox. */
export type ReadBuckets = (system: System, project: Project) => Promise<DeclaredBucket[]>;

/**
 * Makes the platform's buckets those that the project declares, all of them or none.
 *
 * @throws Failure BUCKET_INVALID (config); BUCKET_REMOVAL (failed) when buckets would go and
 * `confirmDangerous` is false; those of reading the declarations.
 */
export async function applyStorage(
  system: System,
  project: Project,
  platform: Platform,
  options: { confirmDangerous: boolean; dryRun: boolean },
  readDeclared: ReadBuckets,
): Promise<AppliedPlan> {
  const declared = await readDeclared(system, project);
  checkBuckets(declared);
  const first = await planNow(platform, declared);
  if (options.dryRun) return { ...first, applied: false };
  if (changesOf(first.plan).length === 0) return { ...first, applied: true };
  return await withLock(system, project, "storage apply", async () => {
    const plan = await planNow(platform, declared);
    const removals = namesOf(plan, "remove");
    if (removals.length > 0 && !options.confirmDangerous) throw removalRefused(plan);
    const creates = new Set(namesOf(plan, "create"));
    const changes = new Set(namesOf(plan, "change"));
    const rows = declared.map(({ name, description }) => ({ name, description }));
    await platform.buckets.apply({
      create: rows.filter(({ name }) => creates.has(name)),
      change: rows.filter(({ name }) => changes.has(name)),
      remove: removals,
    });
    return { ...plan, applied: true };
  });
}

async function planNow(platform: Platform, declared: DeclaredBucket[]): Promise<Plan> {
  const applied = await platform.buckets.list();
  const names = new Set(declared.map((bucket) => bucket.name));
  const usage = new Map<string, BucketUsage>();
  for (const { name } of applied) {
    if (!names.has(name)) usage.set(name, await platform.buckets.usage(name));
  }
  return await planBuckets(declared, applied, usage);
}

function namesOf(plan: Plan, action: string): string[] {
  return plan.plan.filter((item) => item.action === action).map((item) => item.name);
}

function removalRefused(plan: Plan): Failure {
  const removed = plan.plan.filter((item) => item.action === "remove");
  const list = removed.map((item) => `\`${item.name}\` (${item.detail})`).join(", ");
  return new Failure(
    "failed",
    "BUCKET_REMOVAL",
    `Applying would remove ${list}; nothing was changed`,
    {
      hint: "If that is meant, run `edgespark storage apply --confirm-dangerous`",
      details: { ...plan, removed },
    },
  );
}
