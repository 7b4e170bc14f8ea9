import { Failure } from "../../failure.ts";
import type { ObjectStore } from "../../runtime/storage/object_store.ts";
import type { DiskStore } from "./app/objects.ts";

/** Objects, until they are closed. */
export interface LocalObjects extends ObjectStore {
  close(): void;
}

/**
 * The objects of the environment for commands: the store of the app, whose errors are made failures.
 * Nothing is opened before the first call.
 *
 * Every member throws Failure DISK_FULL or STORAGE_BROKEN (failed).
 */
export function localObjects(folder: string): LocalObjects {
  let opened: Promise<DiskStore> | null = null;
  const open = async () => (await import("./app/objects.ts")).createDiskStore(folder);
  const run = async <T>(work: (store: ObjectStore) => Promise<T>): Promise<T> => {
    try {
      return await work(await (opened ??= open()));
    } catch (error) {
      throw diskFailure(error);
    }
  };
  return {
    put: (...args) => run((store) => store.put(...args)),
    open: (...args) => run((store) => store.open(...args)),
    head: (...args) => run((store) => store.head(...args)),
    list: (...args) => run((store) => store.list(...args)),
    delete: (...args) => run((store) => store.delete(...args)),
    close() {
      opened?.then((store) => store.close(), () => {});
      opened = null;
    },
  };
}

/** What the file system said, as a failure; everything else (an abort, a failing source) as it is. */
function diskFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error instanceof Failure) return error;
  const full = error.code === "ENOSPC";
  return new Failure(
    "failed",
    full ? "DISK_FULL" : "STORAGE_BROKEN",
    full ? "The disk is full" : `The storage cannot be used: ${error.message}`,
    {
      hint: full
        ? "Free some space and run the command again; nothing was stored"
        : "Check that your user may read and write `.edgespark/local/buckets`",
      cause: error,
    },
  );
}
