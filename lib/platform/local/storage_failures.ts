import { Failure } from "../../failure.ts";
import { StorageError } from "../../runtime/storage/object_store.ts";

/**
 * What the store of objects and the file system say, as a failure: OBJECT_DAMAGED, LINK_REFUSED,
 * DISK_FULL or STORAGE_BROKEN (failed). Everything else (an abort, a failing source) as it is.
 */
export function storageFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error instanceof Failure) return error;
  if (error instanceof StorageError) {
    const hint = HINTS[error.code];
    return hint ? new Failure("failed", error.code, error.message, { hint, cause: error }) : error;
  }
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

const HINTS: Partial<Record<StorageError["code"], string>> = {
  OBJECT_DAMAGED:
    "Store it again with `edgespark storage put --force`, or remove it with `edgespark storage rm`",
  LINK_REFUSED: "Put the files themselves below `.edgespark/local/buckets`, and remove the link",
};
