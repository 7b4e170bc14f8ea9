import { toFileUrl } from "@std/path";
import type { FromWorker, ToWorker } from "../app/protocol.ts";
import { LogRelay } from "../app/log_relay.ts";
import { connectLine, type Line } from "./control_line.ts";
import { FrameWriter, readFrames, readFrameSync, type Sink, type Source } from "./frames.ts";

/** The first frame on the app process's stdin. */
export interface AppBoot {
  /** The supervisor's control socket; the Worker may not open it. Null: stdin and stdout are the line. */
  socket: string | null;
  /** Proves to the supervisor that it started this process. */
  token: string;
  /** The Worker's code: absolute path. */
  worker: string;
  /** Resident memory at which this process ends itself, bytes. */
  memory: number;
  permissions: Deno.PermissionOptionsObject;
}

/** What the app process says besides passing on the Worker's messages. */
export type FromApp = FromWorker | { type: "crashed"; reason: string };

/**
 * The role `__app`: hosts the Worker that runs the app and passes messages between it and the
 * supervisor. It never reads the control database and gets no value by argv or environment.
 *
 * It ends with its supervisor: the supervisor holds the other ends of its stdin and of the line.
 * Signals are the supervisor's business, so a Ctrl-C in the terminal does not cut off requests.
 */
export async function runAppRole(): Promise<void> {
  if (Deno.build.os !== "windows") {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => {});
    }
  }
  // A compiled program starts with the permissions it was built with.
  for (const name of ["run", "env", "ffi", "sys"] as const) Deno.permissions.revokeSync({ name });
  // It has been written before this process began.
  const first = readFrameSync((bytes) => Deno.stdin.readSync(bytes));
  if (first?.kind !== "json") Deno.exit(2);
  const boot = first.value as AppBoot;
  if (boot.socket !== null) endWithSupervisor();
  // The Worker loads its code while the line is made; it says nothing before it is asked.
  const line = Promise.withResolvers<(message: FromApp) => Promise<void>>();
  const worker = startWorker(boot, async (message) => await (await line.promise)(message));
  const connection = boot.socket === null ? STDIO : await connect(boot.socket);
  const writer = new FrameWriter(connection);
  if (boot.socket !== null) {
    await writer.write({ kind: "json", value: { op: "app", token: boot.token } });
  }
  const relay = new LogRelay(writer);
  line.resolve((message) =>
    message.type === "log"
      ? relay.send(message.lines, message.records)
      : writer.write({ kind: "json", value: message })
  );
  watchMemory(boot.memory, (reason) =>
    writer.write({
      kind: "json",
      value: { type: "crashed", reason } satisfies FromApp,
    }));
  for await (const frame of readFrames(connection)) {
    if (frame.kind === "json") worker.postMessage(frame.value as ToWorker);
  }
  Deno.exit(0);
}

/** Its end says that the supervisor is gone. */
const STDIO: Source & Sink = {
  read: (into) => Deno.stdin.read(into),
  write: (bytes) => Deno.stdout.write(bytes),
};

/** Nothing more is said on stdin; its end says that the supervisor is gone. */
async function endWithSupervisor(): Promise<void> {
  try {
    while (await Deno.stdin.read(new Uint8Array(1)) !== null);
  } finally {
    Deno.exit(0);
  }
}

/** How often the memory is looked at, ms. */
const LOOK = 100;
/** How long a line to the supervisor is tried for, ms. */
const PATIENCE = 5_000;
/** How long the last words may take to leave, ms. */
const LAST_WORDS = 500;

/**
 * Ends this process when it takes more memory than it may: buffers are no part of the engine's own heap
 * limit. The Worker's thread may be as busy as it likes, this one is free.
 */
function watchMemory(limit: number, tell: (reason: string) => Promise<void>): void {
  const timer = setInterval(() => {
    const { rss } = Deno.memoryUsage();
    if (rss <= limit) return;
    clearInterval(timer);
    const [used, allowed] = [rss, limit].map((bytes) => Math.round(bytes / 1024 / 1024));
    setTimeout(() => Deno.exit(1), LAST_WORDS);
    tell(`it took ${used} MiB of memory, ${allowed} are allowed (\`[runtime] memory_mb\`)`)
      .finally(() => Deno.exit(1));
  }, LOOK);
}

/**
 * The line to the supervisor, which may not listen yet; on a machine under load a connection can be
 * refused, too. A supervisor that is gone ends this process through its stdin.
 */
async function connect(path: string): Promise<Line> {
  for (let waited = 0, pause = 2;; waited += pause, pause = Math.min(pause * 2, 100)) {
    try {
      return await connectLine(path);
    } catch (error) {
      if (waited > PATIENCE) {
        throw new Error(`No line to the supervisor: ${error}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
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
