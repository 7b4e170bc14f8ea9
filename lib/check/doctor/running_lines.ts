import { join } from "@std/path";
import { openPlatform, openServer } from "../../platform/open.ts";
import type { System } from "../../ports/system.ts";
import type { Project } from "../../project/project.ts";
import { VERSION } from "../../version.ts";
import { type DoctorLine, error, guarded, ok, warning } from "./line.ts";

/** How long the app may take to answer, ms. */
const TIMEOUT = 2_000;

/** Who holds the project's lock. */
export async function lockLines(system: System, project: Project): Promise<DoctorLine[]> {
  const path = join(project.state, "lock");
  if (await system.files.info(path) === null) return [ok("lock", "Free")];
  const lock = await system.locks.tryAcquire(path, "doctor");
  if ("release" in lock) {
    const left = lock.staleHolder;
    lock.release();
    return [ok(
      "lock",
      left ? `Free; \`edgespark ${left.command}\` (process ${left.pid}) had died with it` : "Free",
    )];
  }
  const { heldBy } = lock;
  const who = heldBy
    ? `\`edgespark ${heldBy.command}\` (process ${heldBy.pid}, since ${heldBy.start})`
    : "another command";
  return [warning(
    "lock",
    `Held by ${who}`,
    heldBy ? `Wait for it, or end it: \`kill ${heldBy.pid}\`` : "Wait for it",
  )];
}

/** The local server: whether it runs, answers, and is of this version. */
export async function serverLines(system: System, project: Project): Promise<DoctorLine[]> {
  return await guarded("server", async () => {
    const server = await openServer(system, project);
    const { running, url, pid, deploymentId, version } = await server.status();
    if (!running || url === null) return [ok("server", "Not running")];
    const lines: DoctorLine[] = [];
    if (version !== undefined && version !== VERSION) {
      lines.push(warning(
        "server",
        `It runs version ${version}, this program is ${VERSION}`,
        "Run `edgespark stop`, then `edgespark deploy`",
      ));
    }
    if (deploymentId === null) {
      return [...lines, ok("server", `${url} (process ${pid}), nothing is deployed`)];
    }
    const problem = await reach(system, url);
    return [
      ...lines,
      problem === null
        ? ok("server", `${url} (process ${pid}), deployment ${deploymentId}`)
        : error(
          "server",
          `${url} does not answer: ${problem}`,
          "Run `edgespark log tail --since 10m`",
        ),
    ];
  });
}

/** Any answer will do; null: there was one. */
async function reach(system: System, url: string): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT);
    const { body } = await system.http.get(`${url}/api/_es/auth/get-session`, { signal });
    await body?.cancel();
    return null;
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure);
  }
}

/** Whether every stored secret can still be opened. */
export async function secretLines(system: System, project: Project): Promise<DoctorLine[]> {
  return await guarded("secrets", async () => {
    const platform = await openPlatform(system, project);
    try {
      const secrets = await platform.secrets.list();
      const locked = secrets.filter(({ locked }) => locked).map(({ key }) => key);
      if (locked.length === 0) {
        const set = secrets.filter(({ state }) => state === "set").length;
        return [ok("secrets", `${set} set`)];
      }
      return [error(
        "secrets",
        `The key that opens ${locked.join(", ")} is not on this machine`,
        `Restore it from your backup, or run \`edgespark secret set ${locked.join(" ")}\``,
      )];
    } finally {
      platform.close();
    }
  });
}
