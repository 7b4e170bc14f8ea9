import type { System } from "../ports/system.ts";
import { takeSandbox } from "./early.ts";
import { encodeFrame } from "./frame.ts";
import { type HostSetup, INBOUND } from "./host.ts";
import { listen } from "./listen.ts";
import { watchMemory } from "./memory.ts";
import type { Job } from "./worker/job.ts";

/** The limits of one run, enforced from outside of it. */
export interface BoxLimits {
  /** ms from the start of the process to its answer. */
  time: number;
  /** Resident memory of the whole process, in bytes. */
  memory: number;
}

/**
 * How a run ended. `value` is what the evaluated code's realm says: to be validated. `busy` is for how
 * long it computed, ms.
 */
export type BoxOutcome =
  | { kind: "answer"; value: unknown; busy: number }
  | { kind: "timeout"; ms: number; file: string | null }
  /** `limit` in bytes. */
  | { kind: "memory" | "output"; limit: number; file: string | null }
  | { kind: "silent"; reason: string; file: string | null };

/** A started sandbox that waits for its one job. */
export interface Box {
  /**
   * Evaluates; may be called once. The process is gone when the promise resolves. `meanwhile` is
   * called when the job is handed over: what keeps this thread busy earlier keeps the box waiting.
   */
  run(job: Job, meanwhile?: () => void): Promise<BoxOutcome>;
  /** Ends the process if it still runs. */
  close(): Promise<void>;
}

export const DEFAULT_LIMITS: BoxLimits = { time: 10_000, memory: 512 * 1024 * 1024 };

/** How much of stderr is kept to explain a crash, in bytes. */
const STDERR_KEPT = 8192;

/**
 * Starts the sandbox: this program again, in a process with no permissions that hosts a Worker with
 * no permissions. Start it early: it warms up while the code is still being bundled.
 */
export function openBox(system: System, limits: BoxLimits = DEFAULT_LIMITS): Box {
  const started = performance.now();
  const child = takeSandbox(system);
  const secret = crypto.randomUUID();
  const stdin = child.stdin.getWriter();
  // A process that died is told apart below; a broken pipe adds nothing.
  const send = (value: unknown) => stdin.write(encodeFrame(INBOUND, value)).catch(() => {});
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // Already gone.
    }
  };
  const stop = () => kill();
  system.signal.addEventListener("abort", stop);
  const complaint = lastWords(child.stderr);
  const close = async () => {
    system.signal.removeEventListener("abort", stop);
    kill();
    await Promise.allSettled([child.status, complaint, stdin.close()]);
  };
  void send({ secret, memory: limits.memory } satisfies HostSetup);
  return {
    close,
    async run(job, meanwhile) {
      const watch = watchMemory(child.pid, limits.memory, kill);
      let file: string | null = null;
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        kill();
      }, Math.max(0, limits.time - (performance.now() - started)));
      try {
        void send(job).then(meanwhile);
        const ended = await listen(child.stdout, secret, (at) => file = at, kill);
        if (ended?.kind === "answer") return ended;
        if (ended?.kind === "memory") return { kind: "memory", limit: limits.memory, file };
        if (ended) return { ...ended, file };
        const [status, words] = await Promise.all([child.status, complaint]);
        const exceeded = !timedOut && await watch.exceeded();
        if (exceeded) return { kind: "memory", limit: limits.memory, file };
        if (timedOut) return { kind: "timeout", ms: limits.time, file };
        if (/out of memory|OOM|heap limit/i.test(words)) {
          return { kind: "memory", limit: limits.memory, file };
        }
        return { kind: "silent", reason: explain(status, words), file };
      } finally {
        clearTimeout(timer);
        watch.stop();
        await close();
      }
    },
  };
}

async function lastWords(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stderr) {
    if (text.length < STDERR_KEPT) text += decoder.decode(chunk, { stream: true });
  }
  return text.slice(0, STDERR_KEPT);
}

function explain(status: Deno.CommandStatus, words: string): string {
  const line = words.split("\n").map((text) => text.trim()).find((text) =>
    text !== "" && !/^[#=]+$/.test(text)
  );
  const end = status.signal ? `ended by ${status.signal}` : `ended with exit code ${status.code}`;
  return line ? `${end}: ${line}` : end;
}
