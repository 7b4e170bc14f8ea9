import { join } from "@std/path";
import type { ObjectHead, ObjectStore, OpenObject } from "../../../runtime/storage/object_store.ts";
import { type OpenFile, openObject, readExactly, streamRest, writeObject } from "./object_file.ts";
import { BucketIndex } from "./object_index.ts";
import { fileNameOf } from "./object_names.ts";
import { pageOf } from "./object_pages.ts";
import { newSha256 } from "./sha256.ts";

/** An object store over files. The only door to them, for the server and for the CLI. */
export interface DiskStore extends ObjectStore {
  close(): void;
}

/** Objects as files: `<folder>/<bucket>/<encoded key>`, with an index beside them. */
export function createDiskStore(folder: string): DiskStore {
  const indexes = new Map<string, { file: number | null; index: Promise<BucketIndex> }>();
  const pathOf = (bucket: string, key: string) => join(folder, bucket, fileNameOf(key));

  /** The index of a bucket; a new one when `storage apply` has removed the bucket meanwhile. */
  const indexOf = async (bucket: string): Promise<BucketIndex> => {
    const path = join(folder, bucket);
    const known = indexes.get(bucket);
    const file = await fileId(join(path, "index.sqlite"));
    if (known && (known.file === null || known.file === file)) return await known.index;
    await known?.index.then((index) => index.close(), () => {});
    // Two that come at once share one.
    if (indexes.get(bucket) !== known) return await indexOf(bucket);
    const index = BucketIndex.open(path);
    const entry = { file: null as number | null, index };
    indexes.set(bucket, entry);
    try {
      await index;
      entry.file = await fileId(join(path, "index.sqlite"));
    } catch (error) {
      indexes.delete(bucket);
      throw error;
    }
    return await index;
  };

  return {
    async put(bucket, key, body, metadata) {
      const temporaries = join(folder, bucket, "tmp");
      const temporary = join(temporaries, crypto.randomUUID());
      await Deno.mkdir(temporaries, { recursive: true });
      try {
        const size = await writeObject(temporary, { key, metadata }, body);
        const index = await indexOf(bucket);
        await index.change(key, () => {
          const path = pathOf(bucket, key);
          Deno.renameSync(temporary, path);
          return { size, at: Deno.statSync(path).mtime?.getTime() ?? 0 };
        });
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
      if (!await exists(join(folder, bucket))) return { objects: [], prefixes: [], next: null };
      return await pageOf(await indexOf(bucket), options);
    },
    async delete(bucket, keys) {
      for (const key of keys) {
        if (!await exists(pathOf(bucket, key))) continue;
        const index = await indexOf(bucket);
        await index.change(key, () => {
          removeFile(pathOf(bucket, key));
          return null;
        });
      }
    },
    close() {
      for (const { index } of indexes.values()) index.then((open) => open.close(), () => {});
      indexes.clear();
    },
  };
}

/** How much the folder of a bucket holds; nothing when there is no such folder. */
export async function bucketUsage(folder: string): Promise<{ objects: number; bytes: number }> {
  if (!await exists(folder)) return { objects: 0, bytes: 0 };
  const index = await BucketIndex.open(folder);
  try {
    return index.usage();
  } finally {
    index.close();
  }
}

function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return await fileId(path) !== null;
}

/** The number of a file, which a new file of the same name does not have; 0 where there are none. */
async function fileId(path: string): Promise<number | null> {
  try {
    return (await Deno.stat(path)).ino ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function headOf({ head, size, modified }: OpenFile): ObjectHead {
  const etag = head.sha256?.slice(0, 32) ??
    `${size.toString(16)}-${modified.getTime().toString(16)}`;
  return { key: head.key, size, uploadedAt: modified, metadata: head.metadata, etag };
}

function readable(open: OpenFile): OpenObject {
  const { file, head, start, size } = open;
  return {
    ...headOf(open),
    stream(range) {
      if (!range) return streamRest(file);
      file.seekSync(start + range.start, Deno.SeekMode.Start);
      return streamRest(file, range.end - range.start);
    },
    async bytes() {
      try {
        const bytes = await readExactly(file, size);
        if (head.sha256 && newSha256().update(bytes).digest("hex") !== head.sha256) {
          throw new Error(`The object ${JSON.stringify(head.key)} is damaged on the disk`);
        }
        return bytes;
      } finally {
        file.close();
      }
    },
    cancel: () => file.close(),
  };
}
