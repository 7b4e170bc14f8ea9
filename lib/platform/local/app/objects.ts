import { join } from "@std/path";
import type { ObjectHead, ObjectStore, OpenObject } from "../../../runtime/storage/object_store.ts";
import { lookAt, refuseLink } from "./links.ts";
import {
  objectDamaged,
  type OpenFile,
  openObject,
  readExactly,
  streamRest,
  writeObject,
} from "./object_file.ts";
import { BucketIndex } from "./object_index.ts";
import { fileNameOf } from "./object_names.ts";
import { pageOf } from "./object_pages.ts";
import { newSha256 } from "./sha256.ts";

/** An object store over files. The only door to them, for the server and for the CLI. */
export interface DiskStore extends ObjectStore {
  damaged(bucket: string): Promise<string[]>;
  close(): void;
}

/**
 * Objects as files: `<folder>/<bucket>/<encoded key>`, with an index beside them. No link is followed
 * there, so that nothing outside of the folder is read, written or removed.
 *
 * @param report told the files that are no whole objects, when a bucket with such is first used.
 */
export function createDiskStore(
  folder: string,
  report?: (bucket: string, files: string[]) => void,
): DiskStore {
  const indexes = new Map<string, { file: number | null; index: Promise<BucketIndex> }>();
  /** Where an object lies. */
  const pathOf = (bucket: string, key: string) => {
    refuseLink(join(folder, bucket));
    return join(folder, bucket, fileNameOf(key));
  };

  /** The index of a bucket; a new one when `storage apply` has removed the bucket meanwhile. */
  const indexOf = async (bucket: string): Promise<BucketIndex> => {
    const path = join(folder, bucket);
    const known = indexes.get(bucket);
    const file = fileId(join(path, "index.sqlite"));
    if (known && (known.file === null || known.file === file)) return await known.index;
    await known?.index.then((index) => index.close(), () => {});
    // Two that come at once share one.
    if (indexes.get(bucket) !== known) return await indexOf(bucket);
    const index = openIndex(bucket);
    const entry = { file: null as number | null, index };
    indexes.set(bucket, entry);
    try {
      await index;
      entry.file = fileId(join(path, "index.sqlite"));
    } catch (error) {
      indexes.delete(bucket);
      throw error;
    }
    return await index;
  };

  const openIndex = async (bucket: string): Promise<BucketIndex> => {
    const index = await BucketIndex.open(join(folder, bucket));
    const files = report ? await index.damaged() : [];
    if (files.length > 0) report?.(bucket, files);
    return index;
  };

  return {
    async put(bucket, key, body, metadata) {
      const temporaries = join(folder, bucket, "tmp");
      const temporary = join(temporaries, crypto.randomUUID());
      refuseLink(join(folder, bucket));
      refuseLink(temporaries);
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
      if (!lookAt(join(folder, bucket))) return { objects: [], prefixes: [], next: null };
      return await pageOf(await indexOf(bucket), options);
    },
    async delete(bucket, keys) {
      for (const key of keys) {
        if (!lookAt(pathOf(bucket, key))) continue;
        const index = await indexOf(bucket);
        await index.change(key, () => {
          removeFile(pathOf(bucket, key));
          return null;
        });
      }
    },
    async damaged(bucket) {
      if (!lookAt(join(folder, bucket))) return [];
      return await (await indexOf(bucket)).damaged();
    },
    close() {
      for (const { index } of indexes.values()) index.then((open) => open.close(), () => {});
      indexes.clear();
    },
  };
}

/** How much the folder of a bucket holds; nothing when there is no such folder. */
export async function bucketUsage(folder: string): Promise<{ objects: number; bytes: number }> {
  if (!lookAt(folder)) return { objects: 0, bytes: 0 };
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

/** The number of a file, which a new file of the same name does not have; 0 where there are none. */
function fileId(path: string): number | null {
  const info = lookAt(path);
  return info && (info.ino ?? 0);
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
          throw objectDamaged(head.key, "its bytes are not those that were stored");
        }
        return bytes;
      } finally {
        file.close();
      }
    },
    cancel: () => file.close(),
  };
}
