import { toFileUrl } from "@std/path";
import type { FromWorker, ToWorker } from "../app/protocol.ts";
import { FrameWriter, readFrames } from "./frames.ts";

/** The first and only frame on the app process's stdin. */
export interface AppBoot {
  /** The supervisor's control socket; the Worker may not open it. */
  socket: string;
  /** Proves to the supervisor that it started this process. */
  token: string;
  /** The Worker's code: absolute path. */
  worker: string;
  permissions: Deno.PermissionOptionsObject;
}

/** What the app process says besides passing on the Worker's messages. */
export type FromApp = FromWorker | { type: "crashed"; reason: string };

/** How much may wait for the supervisor before log records are dropped, bytes. */
const BACKLOG = 16 * 1024 * 1024;

/**
 * The role `__app`: hosts the Worker that runs the app and passes messages between it and the
 * supervisor. It never reads the control database and gets no value by argv or environment.
 *
 * It ends with its supervisor: the supervisor holds the other ends of its stdin and of the socket.
 * Signals are the supervisor's business, so a Ctrl-C in the terminal does not cut off requests.
 */
export async function runAppRole(_args: string[]): Promise<void> {
  if (Deno.build.os !== "windows") {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => {});
    }
  }
  // A compiled program starts with the permissions it was built with.
  for (const name of ["run", "env", "ffi", "sys"] as const) Deno.permissions.revokeSync({ name });
  const stdin = readFrames(Deno.stdin.readable);
  const first = await stdin.next();
  if (first.done || first.value.kind !== "json") Deno.exit(2);
  const boot = first.value.value as AppBoot;
  stdin.next().finally(() => Deno.exit(0));
  const connection = await connect(boot.socket);
  const writer = new FrameWriter(connection.writable);
  await writer.write({ kind: "json", value: { op: "app", token: boot.token } });
  const worker = startWorker(boot, (message) => pass(message, writer));
  for await (const frame of readFrames(connection.readable)) {
    if (frame.kind === "json") worker.postMessage(frame.value as ToWorker);
  }
  Deno.exit(0);
}

/**
 * The line to the supervisor. On a machine under load a connection can be refused for a moment; a
 * supervisor that is gone ends this process through its stdin.
 */
async function connect(path: string): Promise<Deno.UnixConn> {
  for (let tries = 0;; tries++) {
    try {
      return await Deno.connect({ transport: "unix", path });
    } catch (error) {
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function startWorker(boot: AppBoot, send: (message: FromApp) => Promise<void>): Worker {
  const worker = new Worker(toFileUrl(boot.worker).href, {
    type: "module",
    name: "app",
    deno: { permissions: boot.permissions },
  });
  worker.onmessage = (event: MessageEvent<FromWorker>) => {
    send(event.data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    const place = event.filename ? ` (${event.filename}:${event.lineno})` : "";
    send({ type: "crashed", reason: `${event.message}${place}` }).finally(() => Deno.exit(1));
  };
  return worker;
}

let lost = 0;

async function pass(message: FromApp, writer: FrameWriter): Promise<void> {
  if (message.type !== "log") return await writer.write({ kind: "json", value: message });
  if (writer.waiting > BACKLOG) {
    lost += message.records.length;
    return;
  }
  const records = [...message.records];
  if (lost > 0) {
    const text = `${lost} log records were lost here: the log could not keep up`;
    records.unshift({
      time: new Date().toISOString(),
      level: "system",
      requestId: null,
      message: text,
    });
    lost = 0;
  }
  const lines = records.map((record) => JSON.stringify(record) + "\n").join("");
  await writer.write({ kind: "log", lines: new TextEncoder().encode(lines) });
}
