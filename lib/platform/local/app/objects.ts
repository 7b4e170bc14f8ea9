import { join } from "@std/path";
import type {
  ObjectHead,
  ObjectPage,
  ObjectStore,
  OpenObject,
} from "../../../runtime/storage/object_store.ts";
import { type OpenFile, openObject, readExactly, streamRest, writeObject } from "./object_file.ts";
import { fileNameOf, keyOf } from "./object_names.ts";

/** Objects as files: `<folder>/<bucket>/<encoded key>`. */
export function createDiskStore(folder: string): ObjectStore {
  const pathOf = (bucket: string, key: string) => join(folder, bucket, fileNameOf(key));
  return {
    async put(bucket, key, body, metadata) {
      const path = pathOf(bucket, key);
      // No object's name starts like this.
      const temporary = join(folder, bucket, `tmp-${crypto.randomUUID()}`);
      await Deno.mkdir(join(folder, bucket), { recursive: true });
      try {
        await writeObject(temporary, { key, metadata }, body);
        await Deno.rename(temporary, path);
      } catch (error) {
        await Deno.remove(temporary).catch(() => {});
        throw error;
      }
    },
    async open(bucket, key) {
      const open = await openObject(pathOf(bucket, key));
      return open && readable(open);
    },
    async head(bucket, key) {
      const open = await openObject(pathOf(bucket, key));
      open?.file.close();
      return open && headOf(open);
    },
    async list(bucket, options) {
      const page = pageOf(await sortedKeys(join(folder, bucket)), options);
      const objects: ObjectPage["objects"] = [];
      for (const key of page.keys) {
        const head = await this.head(bucket, key);
        // Deleted since the folder was read.
        if (head) objects.push({ key, size: head.size, uploadedAt: head.uploadedAt });
      }
      return { objects, prefixes: page.prefixes, next: page.next };
    },
    async delete(bucket, keys) {
      for (const key of keys) {
        await Deno.remove(pathOf(bucket, key)).catch((error) => {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        });
      }
    },
  };
}

/** How much the folder of a bucket holds; nothing when there is no such folder. */
export async function bucketUsage(folder: string): Promise<{ objects: number; bytes: number }> {
  const usage = { objects: 0, bytes: 0 };
  for (const name of await namesIn(folder)) {
    if (keyOf(name) === undefined) continue;
    const open = await openObject(join(folder, name));
    if (!open) continue;
    open.file.close();
    usage.objects++;
    usage.bytes += open.size;
  }
  return usage;
}

async function sortedKeys(folder: string): Promise<string[]> {
  const keys: string[] = [];
  for (const name of await namesIn(folder)) {
    const key = keyOf(name);
    if (key) keys.push(key);
    if (key !== null) continue;
    const open = await openObject(join(folder, name));
    open?.file.close();
    if (open) keys.push(open.head.key);
  }
  return keys.sort((a, b) => (a < b ? -1 : 1));
}

function pageOf(
  keys: string[],
  { prefix, delimiter, after, limit }: Parameters<ObjectStore["list"]>[1],
): { keys: string[]; prefixes: string[]; next: string | null } {
  const found: string[] = [];
  const prefixes: string[] = [];
  let last: string | null = null;
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
    const item = end < 0 ? key : key.slice(0, end + delimiter!.length);
    if ((after !== null && item <= after) || item === last) continue;
    if (found.length + prefixes.length === limit) return { keys: found, prefixes, next: last };
    (end < 0 ? found : prefixes).push(item);
    last = item;
  }
  return { keys: found, prefixes, next: null };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function headOf({ head, size, modified }: OpenFile): ObjectHead {
  return { key: head.key, size, uploadedAt: modified, metadata: head.metadata };
}

function readable(open: OpenFile): OpenObject {
  return {
    ...headOf(open),
    stream: () => streamRest(open.file),
    async bytes() {
      try {
        return await readExactly(open.file, open.size);
      } finally {
        open.file.close();
      }
    },
    cancel: () => open.file.close(),
  };
}
