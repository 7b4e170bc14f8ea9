import { join } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "./project.ts";

/** How long a second writer waits, ms (decisions, "State"). */
const WAIT = 10_000;

/**
 * Runs one write of a command while it holds `.edgespark/lock`. Never hold it while a person is asked
 * or a server runs.
 *
 * @throws Failure LOCKED (conflict) that names the holder after 10 s.
 */
export async function withLock<T>(
  system: System,
  project: Project,
  command: string,
  write: () => Promise<T>,
): Promise<T> {
  await prepareState(system, project);
  const path = join(project.state, "lock");
  for (const deadline = system.clock.now() + WAIT;;) {
    const lock = await system.locks.tryAcquire(path, command);
    if ("release" in lock) {
      try {
        return await write();
      } finally {
        lock.release();
      }
    }
    if (system.clock.now() >= deadline) throw locked(lock.heldBy);
    await system.clock.sleep(50, system.signal);
  }
}

function locked(holder: { pid: number; command: string; start: string } | null): Failure {
  const who = holder
    ? `\`edgespark ${holder.command}\` (process ${holder.pid}, since ${holder.start})`
    : "another command";
  return new Failure("conflict", "LOCKED", `The project is locked by ${who}`, {
    hint: "Wait until it has ended, then run the command again",
    details: holder ? { ...holder } : undefined,
  });
}

/** Makes `.edgespark/` with a `.gitignore` of its own: local state is never committed. */
export async function prepareState(system: System, project: Project): Promise<void> {
  const ignore = join(project.state, ".gitignore");
  if (await system.files.info(ignore)) return;
  await system.files.write(ignore, "*\n");
}
