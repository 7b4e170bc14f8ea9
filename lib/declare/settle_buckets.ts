import type { Buckets } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";

/**
 * Ends a change of buckets that a killed command left half done, forwards or backwards. What looks at
 * buckets or objects calls it first. Waits for a change that is under way.
 *
 * @throws Failure LOCKED (conflict)
 */
export async function settleBuckets(
  system: System,
  project: Project,
  buckets: Buckets,
): Promise<void> {
  if (!await buckets.unsettled()) return;
  await withLock(system, project, "storage", () => buckets.settle());
}
