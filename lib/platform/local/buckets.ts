import { eq, inArray } from "drizzle-orm";
import { join } from "@std/path";
import type { Clock } from "../../ports/clock.ts";
import type { Buckets } from "../platform.ts";
import { bumpConfigVersion, readSetting, setSetting } from "./control/settings.ts";
import type { Control, ControlDb } from "./control/store.ts";
import { buckets } from "./control/tables.ts";

/** The setting with the names of buckets whose objects are still to be deleted. */
const REMOVALS = "bucket_removals";

/** Buckets: the applied set in the control database, the objects below `folder/<name>/`. */
export function localBuckets(control: Control, folder: string, clock: Clock): Buckets {
  return {
    async list() {
      return await (await control.read())?.select().from(buckets).orderBy(buckets.name) ?? [];
    },
    async usage(name) {
      const { bucketUsage } = await import("./app/objects.ts");
      return await bucketUsage(join(folder, name));
    },
    async apply({ create, change, remove }) {
      const db = await control.write();
      // A run that was killed may have left objects of a bucket that is gone: a new bucket of that
      // name must not begin with them.
      await deleteObjects(db);
      const now = clock.now();
      await db.batch([
        bumpConfigVersion(db, now),
        setSetting(db, REMOVALS, remove, now),
        db.delete(buckets).where(inArray(buckets.name, remove)),
        ...create.map((bucket) => db.insert(buckets).values({ ...bucket, createdAt: now })),
        ...change.map(({ name, description }) =>
          db.update(buckets).set({ description }).where(eq(buckets.name, name))
        ),
      ]);
      await deleteObjects(db);
    },
  };

  async function deleteObjects(db: ControlDb): Promise<void> {
    const names = await readSetting<string[]>(control, REMOVALS) ?? [];
    if (names.length === 0) return;
    for (const name of names) await removeFolder(join(folder, name));
    await setSetting(db, REMOVALS, [], clock.now());
  }
}

async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
