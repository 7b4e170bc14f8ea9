import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { settleBuckets } from "./settle_buckets.ts";

/** An applied bucket and what it holds. The names are a contract with scripts. */
export interface BucketRow {
  name: string;
  description: string;
  objects: number;
  bytes: number;
  /** ISO 8601, UTC. */
  createdAt: string;
}

/** The applied buckets, by name. */
export async function listBuckets(
  system: System,
  project: Project,
  platform: Platform,
): Promise<BucketRow[]> {
  await settleBuckets(system, project, platform.buckets);
  const rows = await platform.buckets.list();
  return await Promise.all(rows.map(async ({ name, description, createdAt }) => {
    const { objects, bytes } = await platform.buckets.usage(name);
    return { name, description, objects, bytes, createdAt: new Date(createdAt).toISOString() };
  }));
}
