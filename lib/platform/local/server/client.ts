import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import { type LocalPaths, localPaths } from "../paths.ts";
import type { Project } from "../../../project/project.ts";
import {
  type ControlAnswer,
  type ControlRequest,
  fromWire,
  type ServerStatus,
} from "./control_protocol.ts";
import { FrameWriter, readFrames } from "./frames.ts";
import { readServerFile } from "./server_file.ts";

/** A running server, as a command speaks to it. */
export interface ServerClient {
  readonly status: ServerStatus;
  /** Switches to a stored deployment; resolves when new requests run on it. */
  deploy(id: string): Promise<void>;
  /** Reads vars, secrets and buckets anew; resolves when new requests see them. */
  reload(): Promise<void>;
  /** Lets new requests wait and resolves when none is in flight, at the latest after `timeout` ms. */
  pause(timeout: number): Promise<void>;
  resume(): Promise<void>;
  /** Asks it to stop; it drains what is in flight first. */
  stop(): Promise<void>;
}

/** How long a server may take to say how it is, ms. */
const STATUS_TIMEOUT = 3_000;
/** How long loading a bundle may take, ms. */
const DEPLOY_TIMEOUT = 60_000;

/**
 * Finds the project's running server. A `server.json` that nobody answers for is stale and means null.
 *
 * @throws Failure SERVER_STUCK when a server lives but does not answer.
 */
export async function findServer(system: System, project: Project): Promise<ServerClient | null> {
  const paths = localPaths(project);
  const info = await readServerFile(system, paths);
  if (!info) return null;
  const ask = <T>(request: ControlRequest, timeout: number) =>
    askServer<T>(info.socket, request, timeout);
  try {
    const status = await ask<ServerStatus>({ op: "status" }, STATUS_TIMEOUT);
    return {
      status,
      deploy: (id) => ask({ op: "deploy", id }, DEPLOY_TIMEOUT),
      reload: () => ask({ op: "reload" }, DEPLOY_TIMEOUT),
      pause: (timeout) => ask({ op: "pause", timeout }, timeout + STATUS_TIMEOUT),
      resume: () => ask({ op: "resume" }, STATUS_TIMEOUT),
      stop: () => ask({ op: "stop" }, STATUS_TIMEOUT),
    };
  } catch (error) {
    if (
      error instanceof Failure && error.code === "SERVER_SILENT" && await serverLives(system, paths)
    ) {
      throw new Failure(
        "failed",
        "SERVER_STUCK",
        `The local server (process ${info.pid}) does not answer`,
        {
          hint: `End it with \`kill ${info.pid}\`, then run the command again`,
          details: { pid: info.pid },
          cause: error,
        },
      );
    }
    if (error instanceof Failure && error.code.startsWith("SERVER_")) return null;
    throw error;
  }
}

/** Whether a supervisor of this project lives, be it still starting or already stopping. */
export async function serverLives(system: System, paths: LocalPaths): Promise<boolean> {
  // Looking must not make the folder of a project that never had a server.
  if (!await system.files.info(paths.serverLock)) return false;
  const lock = await system.locks.tryAcquire(paths.serverLock, "status");
  if (!("release" in lock)) return true;
  lock.release();
  return false;
}

async function askServer<T>(socket: string, request: ControlRequest, timeout: number): Promise<T> {
  let connection: Deno.UnixConn;
  try {
    connection = await Deno.connect({ transport: "unix", path: socket });
  } catch (cause) {
    throw new Failure("failed", "SERVER_GONE", "No local server answers", { cause });
  }
  const timer = setTimeout(() => connection.close(), timeout);
  try {
    await new FrameWriter(connection.writable).write({ kind: "json", value: request });
    for await (const frame of readFrames(connection.readable)) {
      const answer = (frame.kind === "json" ? frame.value : null) as ControlAnswer;
      if (answer.ok) return answer.value as T;
      throw fromWire(answer.error);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      "failed",
      "SERVER_SILENT",
      `The local server did not answer \`${request.op}\``,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
    try {
      connection.close();
    } catch {
      // Closed by the timer or by the server.
    }
  }
  throw new Failure(
    "failed",
    "SERVER_GONE",
    "The local server closed the connection without an answer",
  );
}
