import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { AppliedBucket, BucketUsage } from "../platform/platform.ts";
import type { DeclaredBucket } from "../project/buckets.ts";
import { renameAdvice } from "./bucket_renames.ts";
import { hashOf, type Plan, type PlanItem } from "./plan.ts";

const NAME = /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/;
const DESCRIPTION_LENGTH = 1024;

/** All that is wrong with names and descriptions, and duplicates (contract section 2.7). */
export function bucketFindings(declared: DeclaredBucket[]): Finding[] {
  const findings: Finding[] = [];
  const owners = new Map<string, string>();
  for (const bucket of declared) {
    const at = `\`${bucket.exportName}\` in \`${bucket.file}\``;
    const add = (message: string, fix: string) =>
      findings.push({
        code: "BUCKET_INVALID",
        severity: "error",
        file: bucket.file,
        line: null,
        message,
        fix,
      });
    if (!NAME.test(bucket.name)) {
      add(
        `The bucket name ${JSON.stringify(bucket.name.slice(0, 80))} of ${at} is not valid`,
        "Use 3 to 63 lower-case letters, digits and `-`, a letter first, no `-` last",
      );
    }
    const length = [...bucket.description].length;
    if (bucket.description.trim() === "" || length > DESCRIPTION_LENGTH) {
      const problem = length > DESCRIPTION_LENGTH ? `is ${length} characters long` : "is empty";
      add(
        `The description of ${at} ${problem}`,
        `Write a description of 1 to ${DESCRIPTION_LENGTH} characters`,
      );
    }
    const owner = owners.get(bucket.name);
    if (owner) {
      add(
        `${at} declares the bucket "${bucket.name}" again, as \`${owner}\` does`,
        "Give one of them another name",
      );
    }
    owners.set(bucket.name, owner ?? bucket.exportName);
  }
  return findings;
}

/**
 * Refuses declarations that are not valid.
 *
 * @throws Failure BUCKET_INVALID (config) with every finding in its details
 */
export function checkBuckets(declared: DeclaredBucket[]): void {
  const findings = bucketFindings(declared);
  const first = findings[0];
  if (!first) return;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : "";
  throw new Failure("config", "BUCKET_INVALID", first.message + more, {
    hint: first.fix ?? undefined,
    details: { file: first.file, findings },
  });
}

/**
 * Compares what is declared with what is applied. `usage` tells of each bucket that would go or get
 * another name; `renames` are those that were asked for, new name to old.
 */
export async function planBuckets(
  declared: DeclaredBucket[],
  applied: AppliedBucket[],
  usage: Map<string, BucketUsage>,
  renames: Map<string, string> = new Map(),
): Promise<Plan> {
  const was = new Map(applied.map((bucket) => [bucket.name, bucket]));
  const kept = new Set([...declared.map((bucket) => bucket.name), ...renames.values()]);
  const gone = applied.filter((bucket) => !kept.has(bucket.name));
  const plan = declared.map(({ name, description }): PlanItem => {
    const from = renames.get(name);
    if (from !== undefined) return renamed(name, from, usage.get(from));
    const before = was.get(name);
    if (!before) {
      return { action: "create", name, detail: renameAdvice({ name, description }, gone) };
    }
    if (before.description === description) return { action: "none", name, detail: null };
    return { action: "change", name, detail: "new description" };
  });
  for (const { name } of gone) plan.push(removed(name, usage.get(name)));
  plan.sort((a, b) => (a.name < b.name ? -1 : 1));
  const wanted = declared.map(({ name, description }) => [name, description]).sort();
  const found = applied.map(({ name, description }) => [name, description]).sort();
  const held = plan.filter(({ action }) => action === "remove")
    .map(({ name }) => usage.get(name)?.fingerprint ?? null);
  return { plan, hash: await hashOf([wanted, found, plan, held]) };
}

function removed(name: string, usage: BucketUsage | undefined): PlanItem {
  const { objects, bytes } = usage ?? { objects: 0, bytes: 0 };
  const detail = objects === 0 ? "empty" : `destroys ${amount(objects, bytes)}`;
  return { action: "remove", name, detail, objects, bytes };
}

function renamed(name: string, from: string, usage: BucketUsage | undefined): PlanItem {
  const { objects, bytes } = usage ?? { objects: 0, bytes: 0 };
  const detail = `renamed from \`${from}\`, keeps ${amount(objects, bytes)}`;
  return { action: "change", name, detail, from, objects, bytes };
}

/** "1 object, 5 bytes". */
export function amount(objects: number, bytes: number): string {
  return `${objects} object${objects === 1 ? "" : "s"}, ${bytes} byte${bytes === 1 ? "" : "s"}`;
}
