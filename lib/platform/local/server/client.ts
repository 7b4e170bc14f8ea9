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
import { connectLine, type Line } from "./control_line.ts";
import { FrameWriter, readFrames } from "./frames.ts";
import { readServerFile } from "./server_file.ts";
import { isOwnAddress } from "./control_address.ts";

/** A running server, as a command speaks to it. */
export interface ServerClient {
  readonly status: ServerStatus;
  /** Switches to a stored deployment; resolves when new requests run on it. */
  deploy(id: string): Promise<void>;
  /** Reads vars, secrets and buckets anew; resolves when new requests see them. */
  reload(): Promise<void>;
  /**
   * Lets new requests wait and resolves when none is in flight, at the latest after `timeout` ms. It lasts
   * until `resume`, or until this process ends.
   */
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
  // A copied project brings the file along; the server that it names is another project's.
  if (!info || !await isOwnAddress(info.socket, system, paths)) return null;
  const ask = <T>(request: ControlRequest, timeout: number) =>
    askServer<T>(info.socket, request, timeout);
  let held: Line | null = null;
  try {
    const status = await ask<ServerStatus>({ op: "status" }, STATUS_TIMEOUT);
    return {
      status,
      deploy: (id) => ask({ op: "deploy", id }, DEPLOY_TIMEOUT),
      reload: () => ask({ op: "reload" }, DEPLOY_TIMEOUT),
      pause: (timeout) =>
        askServer(info.socket, { op: "pause", timeout }, timeout + STATUS_TIMEOUT, (connection) => {
          held = connection;
        }),
      async resume() {
        // A server that does not answer goes on all the same when the connection is gone.
        await ask({ op: "resume" }, STATUS_TIMEOUT).catch(() => {});
        held?.close();
        held = null;
      },
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

/** @param hold takes the connection of a good answer, which then stays open */
async function askServer<T>(
  socket: string,
  request: ControlRequest,
  timeout: number,
  hold?: (connection: Line) => void,
): Promise<T> {
  let connection: Line;
  try {
    connection = await connectLine(socket);
  } catch (cause) {
    throw new Failure("failed", "SERVER_GONE", "No local server answers", { cause });
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    connection.close();
  }, timeout);
  let isHeld = false;
  try {
    await new FrameWriter(connection).write({ kind: "json", value: request });
    const { value: frame, done } = await readFrames(connection).next();
    if (!done) {
      const answer = (frame.kind === "json" ? frame.value : null) as ControlAnswer;
      if (!answer.ok) throw fromWire(answer.error);
      isHeld = hold !== undefined;
      hold?.(connection);
      return answer.value as T;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (!late) throw gone(error);
    throw new Failure(
      "failed",
      "SERVER_SILENT",
      `The local server did not answer \`${request.op}\``,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
    try {
      if (!isHeld) connection.close();
    } catch {
      // Closed by the timer or by the server.
    }
  }
  throw gone();
}

/** It ended while it was asked. */
function gone(cause?: unknown): Failure {
  return new Failure(
    "failed",
    "SERVER_GONE",
    "The local server closed the connection without an answer",
    { cause },
  );
}
