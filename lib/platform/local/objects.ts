import type { ObjectStore } from "../../runtime/storage/object_store.ts";
import type { DiskStore } from "./app/objects.ts";
import { storageFailure } from "./storage_failures.ts";

/** Objects, until they are closed. */
export interface LocalObjects extends ObjectStore {
  damaged(bucket: string): Promise<string[]>;
  close(): void;
}

/**
 * The objects of the environment for commands: the store of the app, whose errors are made failures.
 * Nothing is opened before the first call.
 *
 * Every member throws Failure OBJECT_DAMAGED, LINK_REFUSED, DISK_FULL or STORAGE_BROKEN (failed).
 */
export function localObjects(folder: string): LocalObjects {
  let opened: Promise<DiskStore> | null = null;
  const open = async () => (await import("./app/objects.ts")).createDiskStore(folder);
  const run = async <T>(work: (store: DiskStore) => Promise<T>): Promise<T> => {
    try {
      return await work(await (opened ??= open()));
    } catch (error) {
      throw storageFailure(error);
    }
  };
  return {
    put: (...args) => run((store) => store.put(...args)),
    open: (...args) => run((store) => store.open(...args)),
    head: (...args) => run((store) => store.head(...args)),
    list: (...args) => run((store) => store.list(...args)),
    delete: (...args) => run((store) => store.delete(...args)),
    damaged: (...args) => run((store) => store.damaged(...args)),
    close() {
      opened?.then((store) => store.close(), () => {});
      opened = null;
    },
  };
}
