import { Failure, type FailureKind } from "../../../failure.ts";

/** What a command asks of a running server, one question a connection. */
export type ControlRequest =
  | { op: "status" }
  | { op: "deploy"; id: string }
  | { op: "reload" }
  | { op: "pause"; timeout: number }
  | { op: "resume" }
  | { op: "stop" }
  /** Not a command: the app process reports for work; `token` is what it got on its stdin. */
  | { op: "app"; token: string };

/** How the server is. */
export interface ServerStatus {
  pid: number;
  url: string;
  host: string;
  port: number;
  startedAt: string;
  version: string;
  /** Started in the background, not in somebody's terminal. */
  detached: boolean;
  /** It lets requests finish and takes no orders any more. */
  stopping: boolean;
  /** What the app process runs now; null when nothing is deployed or it does not load. */
  deploymentId: string | null;
  /** What should run and does not load. Absent in what older versions say. */
  notLoaded?: { id: string; reason: string } | null;
  app: {
    pid: number | null;
    state: "starting" | "running" | "restarting" | "stopping";
    restarts: number;
  };
}

/** A failure on its way between two processes. */
export interface WireFailure {
  kind: FailureKind;
  code: string;
  message: string;
  hint?: string;
  details?: Record<string, unknown>;
}

/** The answer to a ControlRequest. */
export type ControlAnswer = { ok: true; value: unknown } | { ok: false; error: WireFailure };

export function toWire(error: unknown): WireFailure {
  if (error instanceof Failure) {
    const { kind, code, message, hint, details } = error;
    return { kind, code, message, hint, details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "failed", code: "SERVER_ERROR", message: `The local server failed: ${message}` };
}

export function fromWire({ kind, code, message, hint, details }: WireFailure): Failure {
  return new Failure(kind, code, message, { hint, details });
}
