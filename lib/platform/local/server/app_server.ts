import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import type { AppServer, AppServerStatus } from "../../server.ts";
import { localPaths } from "../paths.ts";
import { findServer, serverLives } from "./client.ts";
import type { ServerStatus } from "./control_protocol.ts";
import { startDetached } from "./start_detached.ts";

/** How long requests may go on after Ctrl-C, ms; the program itself gives up a little later. */
const DRAIN = 2_500;
/** How long a server may take to be gone, ms: its own drain and a little. */
const STOP_TIMEOUT = 15_000;

const NOT_RUNNING: AppServerStatus = {
  running: false,
  url: null,
  pid: null,
  deploymentId: null,
  startedAt: null,
  app: null,
};

/** The project's local server, as `serve`, `status` and `stop` see it. */
export function localAppServer(system: System, project: Project): AppServer {
  return {
    async status() {
      const server = await findServer(system, project);
      return server ? running(server.status) : NOT_RUNNING;
    },
    async run(options, onReady) {
      const { startSupervisor } = await import("./supervisor.ts");
      const server = await startSupervisor(system, project, options);
      const interrupted = new Promise<void>((resolve) => {
        if (system.signal.aborted) resolve();
        system.signal.addEventListener("abort", () => resolve());
      });
      try {
        const { status } = (await findServer(system, project))!;
        onReady(running(status));
        await Promise.race([server.asked, interrupted]);
      } finally {
        await server.stop(DRAIN);
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
      const server = await findServer(system, project);
      if (!server) return false;
      await server.stop();
      for (const deadline = system.clock.now() + STOP_TIMEOUT; system.clock.now() < deadline;) {
        if (!await serverLives(system, localPaths(project))) return true;
        await system.clock.sleep(30);
      }
      throw new Failure(
        "failed",
        "SERVER_STUCK",
        `The local server (process ${server.status.pid}) does not end`,
        {
          hint: `End it with \`kill ${server.status.pid}\``,
          details: { pid: server.status.pid },
        },
      );
    },
  };
}

function running({ url, pid, deploymentId, startedAt, app }: ServerStatus): AppServerStatus {
  return { running: true, url, pid, deploymentId, startedAt, app };
}
