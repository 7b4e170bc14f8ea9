import { join } from "@std/path";
import { refuseLink } from "./app/links.ts";
import { objectFiles } from "./bucket_contents.ts";

/**
 * A change of buckets in flight: `<changes>/<id>/`, with one folder for each bucket that is moved aside:
 * `remove.<name>`, `rename.<old>.<new>`, or `stale.<name>` (objects without a bucket). Names of buckets
 * hold no dot. Whether the change counts is decided by the control database alone: it has happened
 * exactly when the id stands there, in the same transaction as the rows of the buckets.
 */
export interface BucketMoves {
  /** Moves the folder of a bucket aside; null when it has none. */
  aside(kind: "remove" | "stale", name: string): Promise<string | null>;
  rename(from: string, to: string): Promise<void>;
  /** After the transaction: new names get their objects, the rest is deleted. */
  forward(): Promise<void>;
  /** Without it: everything returns to where it was. */
  back(): Promise<void>;
}

/** The ids of the changes in flight. */
export async function openMoves(changes: string): Promise<string[]> {
  return await namesIn(changes);
}

/** The change `id`. Nothing is made before something is moved. */
export function bucketMoves(buckets: string, changes: string, id: string): BucketMoves {
  const own = join(changes, id);
  const stage = async (entry: string, name: string): Promise<string | null> => {
    await Deno.mkdir(own, { recursive: true, mode: 0o700 });
    const to = join(own, entry);
    return await moveFolder(join(buckets, name), to) ? to : null;
  };
  return {
    aside: (kind, name) => stage(`${kind}.${name}`, name),
    async rename(from, to) {
      await stage(`rename.${from}.${to}`, from);
    },
    async forward() {
      for (const entry of await namesIn(own)) {
        const [kind, , to] = entry.split(".");
        if (kind === "rename") await merge(join(own, entry), join(buckets, to!));
      }
      await removeFolder(own);
    },
    async back() {
      for (const entry of await namesIn(own)) {
        const [, name] = entry.split(".");
        await merge(join(own, entry), join(buckets, name!));
      }
      await removeFolder(own);
    },
  };
}

/**
 * Moves the objects of a folder to another place. Where the app has begun a folder there meanwhile they
 * are added to it, and newer ones win. An index would not know them: it goes, and is made anew.
 *
 * @throws StorageError LINK_REFUSED
 */
async function merge(from: string, to: string): Promise<void> {
  refuseLink(from);
  refuseLink(to);
  await dropIndex(from);
  try {
    await Deno.rename(from, to);
    return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if ((await namesIn(to)).length === 0) throw error;
  }
  const there = new Set(await objectFiles(to));
  for (const name of await objectFiles(from)) {
    if (!there.has(name)) await Deno.rename(join(from, name), join(to, name));
  }
  await dropIndex(to);
}

/** Whoever has it open notices, and opens the next one. */
async function dropIndex(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (name.startsWith("index.sqlite")) await Deno.remove(join(folder, name));
  }
}

/**
 * False when there is no such folder.
 *
 * @throws StorageError LINK_REFUSED
 */
async function moveFolder(from: string, to: string): Promise<boolean> {
  refuseLink(from);
  try {
    await Deno.rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
