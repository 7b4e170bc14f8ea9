import WORKER from "../../.build/assets/sandbox_code.js";
import { encodeFrame, encodeText, FrameReader } from "./frame.ts";

/** The name of the frames that come in; what goes out is named by the secret of the run. */
export const INBOUND = "edgespark-sandbox";

/** The first frame: what the host needs before any work arrives. */
export interface HostSetup {
  /** The name of every frame that the host writes. Never handed to the Worker. */
  secret: string;
  /** Whole-process resident memory, in bytes, beyond which the host ends itself. */
  memory: number;
}

/** What the host says to the parent. */
export type HostEvent =
  | { kind: "answer"; value: unknown; /** How long the job computed, ms. */ busy: number }
  | { kind: "failed"; message: string }
  | { kind: "memory" }
  | { kind: "progress"; file: string };

/** How often the host looks at the memory of its process, in ms. */
const WATCH_EVERY = 5;

/**
 * The `__sandbox` role: a process without permissions that hosts one Worker without permissions.
 *
 * The Worker's code is part of the program. It reads one job from stdin and writes the Worker's answer to stdout. It ends
 * with its parent (end of stdin). Time and memory are limited by the parent; the watch in here only
 * makes a quick memory bomb end sooner.
 */
export async function runSandboxHost(): Promise<void> {
  dropPermissions();
  const reader = new FrameReader(INBOUND);
  const frames = readFrames(reader);
  // The Worker warms up before anything has arrived.
  const worker = startWorker();
  const setup = JSON.parse((await frames.next()).value ?? "null") as HostSetup | null;
  if (!setup) Deno.exit(0);
  const tell = (event: HostEvent) => writeAll(encodeFrame(setup.secret, event));
  let progressLeft = 1000;
  let begun = 0;
  worker.onerror = (event) => {
    event.preventDefault();
    finish(tell, { kind: "failed", message: event.message });
  };
  worker.onmessage = ({ data }) => {
    // The answer is passed on as the text that it is: what it says is for the parent to judge.
    if (typeof data === "string") {
      const busy = Math.round(busyTime(performance.now() - begun));
      writeAll(encodeText(setup.secret, `{"kind":"answer","value":${data},"busy":${busy}}`));
      Deno.exit(0);
    }
    if (data?.kind !== "progress") finish(tell, { kind: "failed", message: "it answered nothing" });
    if (progressLeft-- > 0) tell({ kind: "progress", file: String(data.file).slice(0, 1000) });
  };
  setInterval(() => {
    if (Deno.memoryUsage().rss > setup.memory) finish(tell, { kind: "memory" });
  }, WATCH_EVERY);
  const job = await frames.next();
  if (job.done) Deno.exit(0);
  begun = performance.now();
  worker.postMessage(job.value);
  await frames.next();
  Deno.exit(0);
}

/** Below it nobody asks how long it was exactly, ms. */
const NOTICEABLE = 500;

/** How much of this time was computed, ms: waiting, and a busy machine, do not count. */
function busyTime(wall: number): number {
  if (wall < NOTICEABLE) return wall;
  // Node's `process` is loaded for those few alone.
  const { process } = globalThis as unknown as {
    process: { cpuUsage(): { user: number; system: number } };
  };
  const { user, system } = process.cpuUsage();
  return Math.min(wall, (user + system) / 1000);
}

/** In an executable the permissions are those of the build; from source there is nothing to drop. */
function dropPermissions(): void {
  for (const name of ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const) {
    Deno.permissions.revokeSync({ name });
  }
}

function startWorker(): Worker {
  return new Worker(WORKER, { type: "module", deno: { permissions: "none" } });
}

async function* readFrames(reader: FrameReader): AsyncGenerator<string> {
  for await (const chunk of Deno.stdin.readable) {
    reader.push(chunk);
    for (let text = reader.next(); text !== null; text = reader.next()) yield text;
  }
}

function finish(tell: (event: HostEvent) => void, event: HostEvent): never {
  tell(event);
  Deno.exit(0);
}

function writeAll(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += Deno.stdout.writeSync(bytes.subarray(done));
}
