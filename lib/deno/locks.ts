import { dirname } from "@std/path";
import type { HeldLock, LockHolder, Locks } from "../ports/locks.ts";

/**
 * Locks by the operating system's file locks, which end with their holder, however it dies. The file's
 * content only says who holds it.
 */
export function denoLocks(): Locks {
  return { tryAcquire };
}

async function tryAcquire(
  path: string,
  command: string,
): Promise<HeldLock | { heldBy: LockHolder | null }> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const file = await Deno.open(path, { read: true, write: true, create: true });
  if (!await tryLock(file)) {
    const heldBy = await holderIn(file);
    if (typeof file.tryLock === "function") file.close();
    return { heldBy };
  }
  const staleHolder = await holderIn(file);
  const holder: LockHolder = { pid: Deno.pid, command, start: new Date().toISOString() };
  await rewrite(file, JSON.stringify(holder));
  return {
    staleHolder,
    release() {
      try {
        file.truncateSync(0);
        file.unlockSync();
      } catch {
        // Closing gives it back as well; what was done under the lock is done.
      } finally {
        file.close();
      }
    },
  };
}

/** Older runtimes can only wait for a lock: there it counts as taken when it does not come at once. */
async function tryLock(file: Deno.FsFile): Promise<boolean> {
  if (typeof file.tryLock === "function") return await file.tryLock(true);
  let late = false;
  const locked = file.lock(true).then(() => {
    if (late) file.close();
    return true;
  });
  const waited = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100));
  const got = await Promise.race([locked, waited]);
  late = !got;
  return got;
}

async function rewrite(file: Deno.FsFile, text: string): Promise<void> {
  await file.truncate(0);
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(text));
}

async function holderIn(file: Deno.FsFile): Promise<LockHolder | null> {
  try {
    const buffer = new Uint8Array(4096);
    await file.seek(0, Deno.SeekMode.Start);
    const length = await file.read(buffer);
    const value = JSON.parse(new TextDecoder().decode(buffer.subarray(0, length ?? 0)));
    if (typeof value?.pid === "number" && typeof value.command === "string") return value;
  } catch {
    // Empty (given back), or not readable while it is locked: nothing to say about the holder.
  }
  return null;
}
