import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import { VERSION } from "../../../version.ts";
import { localPaths } from "../paths.ts";
import { findServer, type ServerClient, serverLives } from "./client.ts";
import { startDetached } from "./start_detached.ts";

/** How long a server that is already ending may take, ms: its drain and a little. */
const ENDING = 35_000;

/**
 * The running server that a deployment goes to, started in the background when none runs. One that is
 * just ending is waited for; one that another version of this program started is replaced at the same
 * address, because the two may not understand each other.
 *
 * @throws Failure SERVER_OUTDATED (conflict) when such a server runs in somebody's terminal; SERVER_STUCK.
 */
export async function serverFor(
  system: System,
  project: Project,
  version = VERSION,
): Promise<ServerClient> {
  const found = await findServer(system, project);
  if (!found) {
    await ended(system, project);
    return await startDetached(system, project, { host: null, port: null });
  }
  if (found.status.stopping) {
    await ended(system, project);
    return await startAgain(system, project, found);
  }
  if (found.status.version === version) return found;
  if (found.status.detached === false) {
    throw new Failure(
      "conflict",
      "SERVER_OUTDATED",
      `The local server (process ${found.status.pid}) runs edgespark ${found.status.version}, this is ${version}`,
      {
        hint: "End it with Ctrl-C in its terminal, then run the command again",
        details: { pid: found.status.pid, version: found.status.version },
      },
    );
  }
  await found.stop();
  await ended(system, project);
  return await startAgain(system, project, found);
}

/** How often a server may end just when a deployment is handed to it. */
const TRIES = 3;

/**
 * Makes the local server run a stored deployment.
 *
 * @returns where the app answers, and whether it ran something else before
 * @throws Failure those of serverFor; DEPLOYMENT_FAILED when the app does not load.
 */
export async function runOnServer(
  system: System,
  project: Project,
  id: string,
): Promise<{ url: string; switched: boolean }> {
  for (let tries = 1;; tries++) {
    const server = await serverFor(system, project);
    try {
      const switched = server.status.deploymentId !== id;
      if (switched) await server.deploy(id);
      else await server.reload();
      return { url: server.status.url, switched };
    } catch (error) {
      const went = error instanceof Failure &&
        (error.code === "SERVER_GONE" || error.code === "SERVER_STOPPING");
      if (!went || tries === TRIES) throw error;
    }
  }
}

/** At the address of the one before; should somebody have taken the port meanwhile, at the next free one. */
async function startAgain(
  system: System,
  project: Project,
  { status: { host, port } }: ServerClient,
): Promise<ServerClient> {
  try {
    return await startDetached(system, project, { host, port });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "PORT_TAKEN") throw error;
    return await startDetached(system, project, { host, port: null });
  }
}

async function ended(system: System, project: Project): Promise<void> {
  const paths = localPaths(project);
  for (const deadline = system.clock.now() + ENDING; await serverLives(system, paths);) {
    // One that is only starting answers soon, and `startDetached` waits for it.
    const server = await findServer(system, project);
    if (system.clock.now() > deadline || server?.status.stopping === false) return;
    await system.clock.sleep(30);
  }
}
