import { eq, inArray, sql } from "drizzle-orm";
import { dirname, join } from "@std/path";
import type { Clock } from "../../ports/clock.ts";
import { StorageError } from "../../runtime/storage/object_store.ts";
import { BucketChanged } from "../bucket_errors.ts";
import type { BucketChanges, Buckets } from "../platform.ts";
import { type BucketMoves, bucketMoves, openMoves } from "./bucket_moves.ts";
import { bumpConfigVersion, readSetting, setSetting } from "./control/settings.ts";
import type { Control, ControlDb } from "./control/store.ts";
import { buckets } from "./control/tables.ts";
import { storageFailure } from "./storage_failures.ts";

/** The setting with the id of the last change of buckets that counts. */
const CHANGE = "bucket_change";

/** Buckets: the applied set in the control database, the objects below `folder/<name>/`. */
export function localBuckets(control: Control, folder: string, clock: Clock): Buckets {
  const changesFolder = join(dirname(folder), "bucket-changes");
  const settle = () =>
    told(async () => {
      for (const id of await openMoves(changesFolder)) {
        const moves = bucketMoves(folder, changesFolder, id);
        await (await readSetting<string>(control, CHANGE) === id ? moves.forward() : moves.back());
      }
    });
  return {
    async list() {
      return await (await control.read())?.select().from(buckets).orderBy(buckets.name) ?? [];
    },
    async usage(name) {
      const { bucketContents } = await import("./bucket_contents.ts");
      return await told(() => bucketContents(join(folder, name)));
    },
    unsettled: async () => (await openMoves(changesFolder)).length > 0,
    settle,
    async apply(changes) {
      await settle();
      const db = await control.write();
      const id = crypto.randomUUID();
      const moves = bucketMoves(folder, changesFolder, id);
      await told(async () => {
        try {
          await stage(moves, changes);
          await commit(db, changes, id, clock.now());
        } catch (error) {
          await moves.back();
          throw error;
        }
        await moves.forward();
      });
    },
  };
}

/** A link among the folders is the user's to mend: Failure LINK_REFUSED (failed). */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StorageError ? storageFailure(error) : error;
  }
}

/** Moves aside what goes or is renamed. From then on no writer can reach it by its name. */
async function stage(moves: BucketMoves, changes: BucketChanges): Promise<void> {
  const { fingerprintOf } = await import("./bucket_contents.ts");
  for (const { name, fingerprint } of changes.remove) {
    const folder = await moves.aside("remove", name);
    const found = await fingerprintOf(folder);
    if (found !== fingerprint) throw new BucketChanged(name);
  }
  for (const { from, name } of changes.rename) await moves.rename(from, name);
  // An upload that was under way when its bucket went may have left a folder: a new bucket begins empty.
  for (const { name } of [...changes.create, ...changes.rename]) await moves.aside("stale", name);
}

/** All rows, and that they count, in one transaction that is on the disk before files are deleted. */
async function commit(db: ControlDb, changes: BucketChanges, id: string, now: number) {
  await db.run(sql`PRAGMA synchronous = FULL`);
  await db.batch([
    bumpConfigVersion(db, now),
    setSetting(db, CHANGE, id, now),
    db.delete(buckets).where(inArray(buckets.name, changes.remove.map(({ name }) => name))),
    ...changes.rename.map(({ from, name, description }) =>
      db.update(buckets).set({ name, description }).where(eq(buckets.name, from))
    ),
    ...changes.create.map((bucket) => db.insert(buckets).values({ ...bucket, createdAt: now })),
    ...changes.change.map(({ name, description }) =>
      db.update(buckets).set({ description }).where(eq(buckets.name, name))
    ),
  ]);
}
