import type { Platform } from "../platform/platform.ts";

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
export async function listBuckets(platform: Platform): Promise<BucketRow[]> {
  const rows = await platform.buckets.list();
  return await Promise.all(rows.map(async ({ name, description, createdAt }) => ({
    name,
    description,
    ...await platform.buckets.usage(name),
    createdAt: new Date(createdAt).toISOString(),
  })));
}
