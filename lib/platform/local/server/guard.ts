import { Failure } from "../../../failure.ts";
import type { HeldLock } from "../../../ports/locks.ts";
import type { System } from "../../../ports/system.ts";
import { prepareState } from "../../../project/lock.ts";
import type { Project } from "../../../project/project.ts";
import { localPaths } from "../paths.ts";
import { readServerFile } from "./server_file.ts";

/** How the holder of the lock is named when it is a server; others only look. */
const SERVE = "serve";
/** How long another command may hold the lock just to look, ms. */
const LOOKS = 500;

/**
 * Makes this process the project's only supervisor. The operating system frees the lock however the
 * process ends, so there is no stale one.
 *
 * @throws Failure SERVER_RUNNING (conflict) that says where the other one answers.
 */
export async function acquireServer(system: System, project: Project): Promise<HeldLock> {
  const paths = localPaths(project);
  await prepareState(system, project);
  for (const deadline = system.clock.now() + LOOKS;;) {
    const lock = await system.locks.tryAcquire(paths.serverLock, SERVE);
    if ("release" in lock) {
      // It may have been left by a server that was killed; nobody answers there.
      await system.files.remove(paths.serverFile);
      return lock;
    }
    if (lock.heldBy?.command === SERVE || system.clock.now() > deadline) break;
    await system.clock.sleep(25);
  }
  const info = await readServerFile(system, paths);
  throw new Failure(
    "conflict",
    "SERVER_RUNNING",
    `A local server already runs${info ? ` at ${info.url}` : ""}`,
    {
      hint: "Stop it with `edgespark stop`, or see `edgespark status`",
      details: info ? { pid: info.pid, url: info.url } : undefined,
    },
  );
}
