import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import type { AppServer, AppServerStatus } from "../../server.ts";
import type { CutOff } from "../../cut_off.ts";
import { localPaths } from "../paths.ts";
import { lastMessage } from "../segment_reader.ts";
import { findServer, serverLives } from "./client.ts";
import type { ServerStatus } from "./control_protocol.ts";
import { startDetached } from "./start_detached.ts";
import { DRAIN } from "./drain.ts";
import { cutOffIn } from "./stopped.ts";

/** How long a server may take to be gone, ms: its drain and a little. */
const STOP_TIMEOUT = DRAIN + 10_000;

const NOT_RUNNING: AppServerStatus = {
  running: false,
  url: null,
  pid: null,
  deploymentId: null,
  notLoaded: null,
  startedAt: null,
  healthUrl: null,
  stopping: false,
  app: null,
};

/** The project's local server, as `serve`, `status` and `stop` see it. */
export function localAppServer(system: System, project: Project): AppServer {
  return {
    drain: DRAIN,
    async status() {
      const server = await findServer(system, project);
      return server ? running(server.status) : NOT_RUNNING;
    },
    async run(options, onReady) {
      const { startSupervisor } = await import("./supervisor.ts");
      const server = await startSupervisor(system, project, { ...options, detached: false });
      const interrupted = new Promise<void>((resolve) => {
        if (system.signal.aborted) resolve();
        system.signal.addEventListener("abort", () => resolve());
      });
      try {
        const { status } = (await findServer(system, project))!;
        onReady(running(status));
        await Promise.race([server.asked, interrupted]);
        return await server.stop(DRAIN);
      } catch (error) {
        await server.stop(DRAIN);
        throw error;
      } finally {
        server.release();
      }
    },
    async start(options) {
      const there = await findServer(system, project);
      if (there) {
        throw new Failure(
          "conflict",
          "SERVER_RUNNING",
          `A local server already runs at ${there.status.url}`,
          {
            hint: "Stop it with `edgespark stop`, or see `edgespark status`",
            details: { pid: there.status.pid, url: there.status.url },
          },
        );
      }
      return running((await startDetached(system, project, options)).status);
    },
    async stop() {
      let pid: number | null = null;
      const lives = () => serverLives(system, localPaths(project));
      for (const deadline = system.clock.now() + STOP_TIMEOUT; system.clock.now() < deadline;) {
        if (!await lives()) {
          return { stopped: pid !== null, cutOff: pid ? cutOffLast(project) : null };
        }
        const server = await findServer(system, project);
        // One that is only starting, or already ending, is waited for.
        pid = server?.status.pid ?? pid ?? 0;
        if (server?.status.stopping === false) await server.stop().catch(unlessGone);
        await system.clock.sleep(30);
      }
      throw new Failure("failed", "SERVER_STUCK", "The local server does not end", {
        hint: pid ? `End it with \`kill ${pid}\`` : "Run the command again in a moment",
        details: { pid },
      });
    },
  };
}

/** What the log says that the end of the last server cut off. */
function cutOffLast(project: Project): CutOff | null {
  return cutOffIn(lastMessage(localPaths(project).logs) ?? "");
}

function running(status: ServerStatus): AppServerStatus {
  const { url, pid, deploymentId, startedAt, version, stopping, app } = status;
  const notLoaded = status.notLoaded ?? null;
  const healthUrl = `${url}/api/_es/health`;
  const running = true;
  return {
    ...{ running, url, pid, deploymentId, notLoaded },
    ...{ startedAt, version, healthUrl, stopping, app },
  };
}

/** A server that ended while it was asked to has done what it was asked to. */
function unlessGone(error: unknown): void {
  if (!(error instanceof Failure && error.code === "SERVER_GONE")) throw error;
}
