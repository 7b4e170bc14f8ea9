import { Failure } from "../failure.ts";
import { BucketChanged } from "../platform/bucket_errors.ts";
import type { BucketUsage, Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { DeclaredBucket } from "../project/buckets.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { readRenames } from "./bucket_renames.ts";
import { checkBuckets, planBuckets } from "./buckets.ts";
import {
  agreeing,
  type AppliedPlan,
  changesOf,
  checkPlan,
  type Plan,
  planChanged,
  type PlanItem,
  removalsOf,
} from "./plan.ts";
import { settleBuckets } from "./settle_buckets.ts";

/** Reads the declared buckets of a project, in the sandbox. */
export type ReadBuckets = (system: System, project: Project) => Promise<DeclaredBucket[]>;

/** How `storage apply` was asked. */
export interface ApplyStorageOptions {
  confirmDangerous: boolean;
  dryRun: boolean;
  /** The hash of the plan that was shown: go on only if it still is the same. */
  plan?: string;
  /** `old:new`, each a bucket that keeps its objects under a new name. */
  renames?: string[];
}

const COMMAND = "storage apply";

/**
 * Makes the platform's buckets those that the project declares, all of them or none.
 *
 * @throws Failure BUCKET_INVALID (config); RENAME_INVALID (usage); BUCKET_REMOVAL (failed) when buckets
 * would go and `confirmDangerous` is false; PLAN_CHANGED, LOCKED (conflict); those of reading the
 * declarations.
 */
export async function applyStorage(
  system: System,
  project: Project,
  platform: Platform,
  options: ApplyStorageOptions,
  readDeclared: ReadBuckets,
): Promise<AppliedPlan> {
  const declared = await readDeclared(system, project);
  checkBuckets(declared);
  await settleBuckets(system, project, platform.buckets);
  const first = await planNow(platform, declared, options);
  if (options.dryRun) return { ...first.plan, applied: false };
  if (changesOf(first.plan.plan).length === 0) return { ...first.plan, applied: true };
  return await withLock(system, project, COMMAND, async () => {
    await platform.buckets.settle();
    const { plan, usage } = await planNow(platform, declared, options);
    if (removalsOf(plan.plan).length > 0 && !options.confirmDangerous) {
      throw removalRefused(plan, options.renames);
    }
    await carryOut(platform, declared, plan, usage);
    return { ...plan, applied: true };
  });
}

async function planNow(
  platform: Platform,
  declared: DeclaredBucket[],
  options: ApplyStorageOptions,
): Promise<{ plan: Plan; usage: Map<string, BucketUsage> }> {
  const applied = await platform.buckets.list();
  const renames = readRenames(options.renames ?? [], declared, applied);
  const names = new Set(declared.map((bucket) => bucket.name));
  const usage = new Map<string, BucketUsage>();
  for (const { name } of applied) {
    if (!names.has(name)) usage.set(name, await platform.buckets.usage(name));
  }
  const plan = await planBuckets(declared, applied, usage, renames);
  checkPlan(plan, options.plan, COMMAND);
  return { plan, usage };
}

async function carryOut(
  platform: Platform,
  declared: DeclaredBucket[],
  plan: Plan,
  usage: Map<string, BucketUsage>,
): Promise<void> {
  const rows = new Map(declared.map(({ name, description }) => [name, { name, description }]));
  const of = (wanted: (item: PlanItem) => boolean) =>
    plan.plan.filter(wanted).map(({ name }) => rows.get(name)!);
  try {
    await platform.buckets.apply({
      create: of(({ action }) => action === "create"),
      change: of(({ action, from }) => action === "change" && from === undefined),
      remove: removalsOf(plan.plan).map(({ name }) => ({
        name,
        fingerprint: usage.get(name)!.fingerprint,
      })),
      rename: plan.plan.flatMap(({ name, from }) =>
        from === undefined ? [] : [{ ...rows.get(name)!, from }]
      ),
    });
  } catch (error) {
    if (error instanceof BucketChanged) throw planChanged(plan, undefined, COMMAND);
    throw error;
  }
}

function removalRefused(plan: Plan, renames: string[] = []): Failure {
  const removed = removalsOf(plan.plan);
  const list = removed.map((item) => `\`${item.name}\` (${item.detail})`).join(", ");
  const command = [COMMAND, ...renames.map((rename) => `--rename ${rename}`)].join(" ");
  return new Failure(
    "failed",
    "BUCKET_REMOVAL",
    `Applying would remove ${list}; nothing was changed`,
    {
      hint: `If that is meant, run \`${agreeing(plan, command)}\``,
      details: { ...plan, removed, lines: renameLines(plan) },
    },
  );
}

/** Said before objects are destroyed: how a new name keeps them. */
function renameLines(plan: Plan): string[] | undefined {
  const lines = plan.plan.flatMap(({ action, name, detail }) =>
    action === "create" && detail ? [`\`${name}\`: ${detail}`] : []
  );
  return lines.length > 0 ? lines : undefined;
}
