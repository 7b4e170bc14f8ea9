import type { FromWorker, ToWorker } from "../app/protocol.ts";
import type { FromApp } from "./app_process.ts";
import type { AppConnection } from "./control_server.ts";
import type { FrameWriter } from "./frames.ts";

/** The app process ended, or never came up, while an answer was awaited. */
export class AppEnded extends Error {}

/** Where the words of the app go. */
export interface AppSinks {
  /** Whole lines of NDJSON. */
  log(lines: Uint8Array): void;
  /** What the process says on stdout and stderr, past the log. */
  noise(text: string): void;
}

type Answer = Exclude<FromWorker, { type: "log" }>;

interface Waiter {
  matches(answer: Answer): boolean;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** The line of a process's last words that says what went wrong; the rest is where. */
function firstComplaint(words: string): string {
  const lines = words.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return (lines.findLast((line) => /^(error|\w*Error)\b/i.test(line)) ?? lines.at(-1) ?? "").slice(
    0,
    300,
  );
}

const HEAP_FULL = "its JavaScript heap is full (`[runtime] memory_mb` says how large it may be)";

/** How long a process may take from its start to the first frame, ms. */
const BOOT_TIMEOUT = 20_000;

/** A living app process, as its supervisor sees it. */
export class AppChild {
  readonly pid: number;
  /** Resolves with words on how it ended; never rejects. */
  readonly ended: Promise<string>;
  #writer: FrameWriter | undefined;
  #waiters: Waiter[] = [];
  #crash: string | undefined;
  #lastWords = "";
  #heapFull = false;
  readonly #child: Deno.ChildProcess;
  readonly #attached = Promise.withResolvers<void>();

  /** @param noise streams of the process that carry no frames */
  constructor(
    child: Deno.ChildProcess,
    readonly token: string,
    readonly sinks: AppSinks,
    noise: ReadableStream<Uint8Array>[],
  ) {
    this.#child = child;
    this.pid = child.pid;
    this.ended = child.status.then((status) => {
      const how = status.signal
        ? `was killed by ${status.signal}`
        : `ended with code ${status.code}`;
      const why = this.#crash ?? (this.#heapFull ? HEAP_FULL : firstComplaint(this.#lastWords));
      const reason = why ? `${how}: ${why}` : how;
      this.#attached.reject(new AppEnded(reason));
      for (const waiter of this.#waiters.splice(0)) waiter.reject(new AppEnded(reason));
      return reason;
    });
    this.#attached.promise.catch(() => {});
    const hear = (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-4000);
      this.#heapFull ||= /JavaScript (heap )?out of memory|Reached heap limit/.test(
        this.#lastWords,
      );
      sinks.noise(text);
    };
    for (const stream of noise) readNoise(stream, hear);
  }

  /** Gives it its end of the line; called when it reports for work. */
  async attach(connection: AppConnection): Promise<void> {
    this.#writer = connection.writer;
    this.#attached.resolve();
    for await (const frame of connection.frames) {
      if (frame.kind === "log") this.sinks.log(frame.lines);
      else this.#receive(frame.value as FromApp);
    }
  }

  /** Sends a message and waits for its answer, at the latest `timeout` ms. A timeout rejects. */
  async ask(message: ToWorker, timeout: number): Promise<Answer> {
    await within(this.#attached.promise, BOOT_TIMEOUT, "The app process did not report for work");
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const waiter: Waiter = { matches: (answer) => answers(message, answer), resolve, reject };
    this.#waiters.push(waiter);
    try {
      await this.#writer!.write({ kind: "json", value: message });
      return await within(
        promise,
        timeout,
        `The app did not answer \`${message.type}\` within ${timeout} ms`,
      );
    } catch (error) {
      if (error instanceof AppEnded || error instanceof AppSilent) throw error;
      throw new AppEnded("The app process closed its line", { cause: error });
    } finally {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
    }
  }

  /** Sends a message that has no answer. */
  async tell(message: ToWorker): Promise<void> {
    await this.#attached.promise;
    await this.#writer!.write({ kind: "json", value: message });
  }

  /** @param why what it did to deserve it, for those who hear of its end */
  kill(why?: string): void {
    this.#crash ??= why;
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It is gone.
    }
  }

  #receive(message: FromApp): void {
    if (message.type === "crashed") this.#crash = message.reason;
    else if (message.type !== "log") {
      this.#waiters.find((waiter) => waiter.matches(message))?.resolve(message);
    }
  }
}

/** The app lives but does not answer. */
export class AppSilent extends Error {}

const ANSWERS: Record<ToWorker["type"], Answer["type"] | null> = {
  start: "ready",
  deploy: "switched",
  config: "configured",
  pause: "paused",
  ping: "pong",
  stop: "stopped",
  resume: null,
};

function answers(question: ToWorker, answer: Answer): boolean {
  if (answer.type === "failed") return answer.during === question.type;
  if (answer.type === "pong") return question.type === "ping" && answer.id === question.id;
  return ANSWERS[question.type] === answer.type;
}

function within<T>(promise: Promise<T>, ms: number, words: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new AppSilent(words)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function readNoise(
  stream: ReadableStream<Uint8Array>,
  hear: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) hear(decoder.decode(chunk, { stream: true }));
}
