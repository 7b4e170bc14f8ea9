import { join } from "@std/path";
import { Failure } from "../../../failure.ts";
import type { HeldLock } from "../../../ports/locks.ts";
import type { System } from "../../../ports/system.ts";
import { prepareState } from "../../../project/lock.ts";
import type { Project } from "../../../project/project.ts";
import { readServerFile } from "../server/server_file.ts";
import { devPaths } from "./paths.ts";

/**
 * Makes this process the project's only `dev`: two would push two schemas into one database. The system
 * frees the lock however the process ends.
 *
 * @throws Failure DEV_RUNNING (conflict) that says where the other one answers.
 */
export async function acquireDev(system: System, project: Project): Promise<HeldLock> {
  await prepareState(system, project);
  const paths = devPaths(project);
  // Beside the folder: `--reset` deletes that one while the lock is held.
  const lock = await system.locks.tryAcquire(join(project.state, "dev.lock"), "dev");
  if ("release" in lock) return lock;
  const info = await readServerFile(system, paths);
  const pid = lock.heldBy?.pid ?? info?.pid ?? null;
  const where = info ? ` at ${info.url}` : "";
  throw new Failure(
    "conflict",
    "DEV_RUNNING",
    `\`edgespark dev\` already runs${where}${pid ? ` (process ${pid})` : ""}`,
    {
      hint: pid
        ? `Use that one, or end it with \`kill ${pid}\` or Ctrl-C in its terminal`
        : "Use that one, or end it with Ctrl-C in its terminal",
      details: { pid, url: info?.url ?? null },
    },
  );
}
