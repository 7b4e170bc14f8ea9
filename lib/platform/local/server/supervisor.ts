import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import type { CutOff } from "../../cut_off.ts";
import type { ServeOptions } from "../../server.ts";
import { localPaths } from "../paths.ts";
import { DRAIN } from "./drain.ts";
import { acquireServer } from "./guard.ts";
import { toWire } from "./control_protocol.ts";
import { LocalServer } from "./local_server.ts";
import type { ServerInfo } from "./server_file.ts";
import { ServerLog } from "./server_log.ts";

/** A running server in this process. */
export interface Supervisor {
  readonly info: ServerInfo;
  /** Resolves when a command asked it to stop. */
  readonly asked: Promise<void>;
  /** Lets the app finish what is in flight, at most `drain` ms, leaves nothing running, and says what was cut off. */
  stop(drain: number): Promise<CutOff | null>;
  /** Lets another server start; a process that ends anyway leaves this to the system. */
  release(): void;
}

/**
 * Starts the project's local server in this process: the supervisor, which keeps an app process alive,
 * writes the log and answers commands on a socket. The app itself is never loaded here.
 *
 * @throws Failure SERVER_RUNNING, PORT_TAKEN (conflict), LISTEN_FAILED (usage), and those of the
 * control database.
 */
export async function startSupervisor(
  system: System,
  project: Project,
  options: ServeOptions & { detached: boolean },
): Promise<Supervisor> {
  const server = new LocalServer(system, project, options);
  const prepared = server.prepare();
  // Its failure is told where it is waited for.
  prepared.catch(() => {});
  const guard = await acquireServer(system, project).catch(async (error) => {
    await prepared.catch(() => {});
    await server.stop(0);
    throw error;
  });
  try {
    await prepared;
    const info = await server.start();
    return {
      info,
      asked: server.asked.promise,
      stop: (drain) => server.stop(drain),
      release: () => guard.release(),
    };
  } catch (error) {
    await server.stop(0);
    guard.release();
    throw error;
  }
}

/**
 * The role `__server <project root> [--host <host>] [--port <port>]`: a supervisor without a terminal.
 * Exit code 0 after a stop, 5 when another server was faster; what went wrong stands in `server.log`
 * and, for the command that started it, in the file named by `--answer`.
 */
export async function runServerRole(args: string[]): Promise<void> {
  const [{ denoSystem }, { openProject }] = await Promise.all([
    import("../../../deno/system.ts"),
    import("../../../project/project.ts"),
  ]);
  const option = (name: string) =>
    args.includes(name) ? args[args.indexOf(name) + 1] ?? null : null;
  const system = denoSystem([]);
  const project = await openProject(system, args[0]);
  const words = new ServerLog(localPaths(project).serverLog);
  // A bug in one request of a command must not take the app down.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    words.write(`Unhandled: ${event.reason instanceof Error ? event.reason.stack : event.reason}`);
  });
  try {
    const port = option("--port");
    const server = await startSupervisor(system, project, {
      host: option("--host"),
      port: port === null ? null : Number(port),
      detached: true,
    });
    const interrupted = new Promise<void>((resolve) =>
      system.signal.addEventListener("abort", () => resolve())
    );
    await Promise.race([server.asked, interrupted]);
    await server.stop(DRAIN);
  } catch (error) {
    words.write(`Not started: ${error instanceof Error ? error.stack : error}`);
    const answer = option("--answer");
    if (answer) await system.files.write(answer, JSON.stringify(toWire(error)), { mode: 0o600 });
    Deno.exit(error instanceof Failure && error.kind === "conflict" ? 5 : 1);
  }
  Deno.exit(0);
}
