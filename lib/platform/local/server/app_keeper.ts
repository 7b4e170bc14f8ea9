import type { Clock } from "../../../ports/clock.ts";
import type { CutOff } from "../../cut_off.ts";
import type { FromWorker, ToWorker } from "../app/protocol.ts";
import { type AppChild, AppEnded, AppSilent } from "./app_child.ts";

type Failed = Extract<FromWorker, { type: "failed" }>;
type Ready = Extract<FromWorker, { type: "ready" }>;

/** What a keeper needs to bring an app up. */
export interface Nursery {
  /** Starts a process and makes it listen; `failed` when the app says why it cannot. */
  raise(): Promise<{ child: AppChild; answer: Ready | Failed }>;
  /** Who answers while no app process does. */
  standIn?: { open(): void; close(): Promise<void> };
  /** A line for the log. */
  tell(level: "system" | "error", message: string): void;
  clock: Clock;
}

/** Restart delays, ms: three quick ones, then growing up to the last. */
const DELAYS = [0, 100, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** An app that lived this long has earned quick restarts again, ms. */
const HEALTHY = 60_000;
const HEARTBEAT = 2_000;
/** An app that does not answer for so long hangs, ms. */
const HUNG = 10_000;

/** Keeps one app process alive: starts it again when it ends and kills it when it hangs. */
export class AppKeeper {
  state: "starting" | "running" | "restarting" | "stopping" = "starting";
  restarts = 0;
  #child: AppChild | null = null;
  #up = Promise.withResolvers<AppChild>();
  #attempt = 0;
  #pings = 0;
  readonly #stopped = new AbortController();

  constructor(readonly nursery: Nursery) {
    this.#up.promise.catch(() => {});
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** The first start. `failed` is handed back and nothing is kept alive. */
  async start(): Promise<Ready | Failed> {
    const { child, answer } = await this.nursery.raise();
    if (answer.type === "failed") {
      child.kill();
      await child.ended;
    } else this.#watch(child);
    return answer;
  }

  /** Asks the app, waiting for a restart that is under way. */
  async ask(message: ToWorker, timeout: number): Promise<FromWorker> {
    const child = await this.#up.promise;
    return await child.ask(message, timeout);
  }

  /** Says something that has no answer. */
  async tell(message: Extract<ToWorker, { type: "resume" }>): Promise<void> {
    const child = await this.#up.promise;
    await child.tell(message);
  }

  /**
   * Lets the app finish what is in flight, at most `drain` ms, then ends it. Says what was cut off; null:
   * there was no app, or it did not say.
   */
  async stop(drain: number): Promise<CutOff | null> {
    const child = this.#child;
    this.state = "stopping";
    this.#stopped.abort();
    const vacated = this.nursery.standIn?.close();
    this.#up.reject(new AppEnded("The server is stopping"));
    let cutOff: CutOff | null = null;
    if (child) {
      cutOff = await this.#lastWords(child, drain);
      child.kill();
      await child.ended;
    }
    await vacated;
    return cutOff;
  }

  async #lastWords(child: AppChild, drain: number): Promise<CutOff | null> {
    try {
      const answer = await child.ask({ type: "stop", timeout: drain }, drain + 500);
      return answer.type === "stopped" ? answer.cutOff : null;
    } catch (error) {
      if (error instanceof AppSilent) {
        this.nursery.tell(
          "error",
          "The app was ended while it was busy; its requests were cut off",
        );
      }
      return null;
    }
  }

  #watch(child: AppChild): void {
    this.#child = child;
    this.state = "running";
    this.#up.resolve(child);
    const since = this.nursery.clock.now();
    const beat = setInterval(() => this.#beat(child), HEARTBEAT);
    child.ended.then(async (reason) => {
      clearInterval(beat);
      this.#child = null;
      if (this.state === "stopping") return;
      this.nursery.tell(
        "error",
        `The app process ${reason}; it is started again, and its last log lines may be missing`,
      );
      if (this.nursery.clock.now() - since > HEALTHY) this.#attempt = 0;
      await this.#restart();
    });
  }

  async #restart(): Promise<void> {
    this.state = "restarting";
    this.#up = Promise.withResolvers();
    this.#up.promise.catch(() => {});
    this.nursery.standIn?.open();
    while (!this.#stopped.signal.aborted) {
      try {
        await this.nursery.clock.sleep(
          DELAYS[Math.min(this.#attempt++, DELAYS.length - 1)]!,
          this.#stopped.signal,
        );
        this.restarts++;
        const { child, answer } = await this.nursery.raise();
        if (answer.type === "ready") await this.nursery.standIn?.close();
        if (this.#stopped.signal.aborted) return child.kill();
        if (answer.type === "ready") return this.#watch(child);
        this.nursery.tell("error", `The app does not start: ${answer.reason}`);
        child.kill();
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        this.nursery.tell(
          "error",
          `The app does not start: ${error instanceof Error ? error.message : error}`,
        );
      }
    }
  }

  async #beat(child: AppChild): Promise<void> {
    const asked = this.nursery.clock.now();
    try {
      await child.ask({ type: "ping", id: ++this.#pings }, HUNG);
    } catch (error) {
      if (!(error instanceof AppSilent) || this.state !== "running") return;
      // The whole machine slept, this process too: the next heartbeat tells.
      if (this.nursery.clock.now() - asked > HUNG + HEARTBEAT) return;
      this.nursery.tell("error", `The app did not answer for ${HUNG / 1000} s and is ended`);
      child.kill(`it did not answer for ${HUNG / 1000} s`);
    }
  }
}
