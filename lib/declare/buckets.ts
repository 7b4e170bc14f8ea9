import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { AppliedBucket } from "../platform/platform.ts";
import type { DeclaredBucket } from "../project/buckets.ts";
import { hashOf, type Plan, type PlanItem } from "./plan.ts";

/** How much a bucket holds. */
export interface BucketUsage {
  objects: number;
  bytes: number;
}

const NAME = /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/;
const DESCRIPTION_LENGTH = 1024;

/**
 * Checks names, descriptions and duplicates (contract section 2.7).
 *
 * @throws Failure BUCKET_INVALID (config) with every finding in its details
 */
export function checkBuckets(declared: DeclaredBucket[]): void {
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
        `The bucket name "${bucket.name}" of ${at} is not valid`,
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
  const first = findings[0];
  if (!first) return;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : "";
  throw new Failure("config", "BUCKET_INVALID", first.message + more, {
    hint: first.fix ?? undefined,
    details: { file: first.file, findings },
  });
}

/** Compares what is declared with what is applied. `usage` tells of each bucket that would go. */
export async function planBuckets(
  declared: DeclaredBucket[],
  applied: AppliedBucket[],
  usage: Map<string, BucketUsage>,
): Promise<Plan> {
  const was = new Map(applied.map((bucket) => [bucket.name, bucket]));
  const names = new Set(declared.map((bucket) => bucket.name));
  const gone = applied.filter((bucket) => !names.has(bucket.name));
  const plan = declared.map(({ name, description }): PlanItem => {
    const before = was.get(name);
    if (!before) return { action: "create", name, detail: renameNote(description, gone) };
    if (before.description === description) return { action: "none", name, detail: null };
    return { action: "change", name, detail: "new description" };
  });
  for (const { name } of gone) {
    plan.push({ action: "remove", name, detail: usageText(usage.get(name)) });
  }
  plan.sort((a, b) => (a.name < b.name ? -1 : 1));
  const wanted = declared.map(({ name, description }) => [name, description]).sort();
  const found = applied.map(({ name, description }) => [name, description]).sort();
  return { plan, hash: await hashOf([wanted, found, plan]) };
}

/** Buckets have no rename: a new name is a new, empty bucket. */
function renameNote(description: string, gone: AppliedBucket[]): string | null {
  const old = gone.find((bucket) => bucket.description === description);
  return old ? `looks like \`${old.name}\` renamed; objects do not move` : null;
}

function usageText(usage: BucketUsage | undefined): string {
  const { objects, bytes } = usage ?? { objects: 0, bytes: 0 };
  return objects === 0
    ? "empty"
    : `destroys ${objects} object${objects === 1 ? "" : "s"}, ${bytes} bytes`;
}
