/** When an app process is started again: with a clock and children that only the test moves. */
import assert from "node:assert/strict";
import type { Clock } from "../../../../../lib/ports/clock.ts";
import type { FromWorker } from "../../../../../lib/platform/local/app/protocol.ts";
import { type AppChild, AppEnded } from "../../../../../lib/platform/local/server/app_child.ts";
import { AppKeeper } from "../../../../../lib/platform/local/server/app_keeper.ts";

/** Stands still until the test lets a sleep pass. */
class StillClock implements Clock {
  time = 1_000_000;
  #asleep: { ms: number; wake(): void }[] = [];
  #asked = Promise.withResolvers<void>();

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { ms, wake: resolve };
      this.#asleep.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.#asleep = this.#asleep.filter((other) => other !== sleeper);
        reject(signal.reason);
      });
      this.#asked.resolve();
    });
  }

  /** How many wait. */
  get sleepers(): number {
    return this.#asleep.length;
  }

  /** Waits until somebody sleeps, ms that were asked for. */
  async asked(): Promise<number> {
    while (this.#asleep.length === 0) {
      this.#asked = Promise.withResolvers();
      await this.#asked.promise;
    }
    assert.equal(this.#asleep.length, 1);
    return this.#asleep[0]!.ms;
  }

  /** Waits until somebody sleeps and lets the time pass. @returns ms */
  async pass(): Promise<number> {
    const ms = await this.asked();
    this.time += ms;
    this.#asleep.pop()!.wake();
    return ms;
  }
}

/** A process that ends when the test says so. */
class Child {
  killed = false;
  readonly #end = Promise.withResolvers<string>();
  readonly ended = this.#end.promise;

  constructor(readonly pid: number) {}

  die(how = "was killed by SIGSEGV"): void {
    this.#end.resolve(how);
  }

  kill(): void {
    this.killed = true;
    this.die("was killed by SIGKILL");
  }

  ask({ type }: { type: string }): Promise<FromWorker> {
    assert.equal(type, "stop");
    return Promise.resolve({
      type: "stopped",
      cutOff: { requests: 0, sending: false, background: 0 },
    });
  }
}

/** How the next start goes. */
type Start = "ready" | "failed" | "rejects";

/** A keeper over children and a clock of the test. */
function newWorld() {
  const clock = new StillClock();
  const children: Child[] = [];
  const told: string[] = [];
  const starts: Start[] = [];
  const stood: string[] = [];
  let raised = Promise.withResolvers<Child>();
  /** Between raising and its end, for a test that wants to come in between. */
  const gate = { opened: Promise.resolve() };
  const keeper = new AppKeeper({
    async raise() {
      const start = starts.shift() ?? "ready";
      await gate.opened;
      if (start === "rejects") throw new Error("no process can be started");
      const child = new Child(children.length + 1);
      children.push(child);
      raised.resolve(child);
      return {
        child: child as unknown as AppChild,
        answer: start === "ready" ? { type: "ready", hostname: "127.0.0.1", port: 1 } : {
          type: "failed",
          during: "start",
          code: "BUNDLE_FAILED",
          reason: "it throws",
          stack: null,
        },
      };
    },
    standIn: {
      open: () => void stood.push("open"),
      close: () => Promise.resolve(void stood.push("close")),
    },
    tell: (_, message) => told.push(message),
    clock,
  });
  return {
    ...{ clock, children, told, starts, stood, keeper, gate },
    /** The newest child dies; the delay before the next one, which is up then. */
    async crash(): Promise<number> {
      raised = Promise.withResolvers();
      children.at(-1)!.die();
      const ms = await clock.pass();
      await raised.promise;
      await turn();
      return ms;
    },
  };
}

/** Lets everything happen that waits for nothing. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("an app that dies again and again is started at once, then later and later up to 30 s", async () => {
  const { keeper, crash, told, stood } = newWorld();
  assert.equal((await keeper.start()).type, "ready");
  const delays: number[] = [];
  for (let count = 0; count < 12; count++) delays.push(await crash());
  const growing = [0, 100, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
  assert.deepEqual(delays, [...growing, 30_000, 30_000, 30_000]);
  assert.deepEqual([keeper.state, keeper.restarts, keeper.pid], ["running", 12, 13]);
  assert.equal(told.length, 12);
  assert.match(told[0]!, /^The app process was killed by SIGSEGV; it is started again/);
  // Somebody answers in each pause, and nobody else once the app does.
  assert.deepEqual(stood, Array.from({ length: 12 }, () => ["open", "close"]).flat());
  await keeper.stop(0);
});

Deno.test("one that lived for more than a minute is started at once again, one that lived less is not", async () => {
  const { keeper, crash, clock } = newWorld();
  await keeper.start();
  for (let count = 0; count < 4; count++) await crash();
  clock.time += 60_000;
  assert.equal(await crash(), 2_000);
  clock.time += 60_001;
  assert.deepEqual([await crash(), await crash(), await crash()], [0, 100, 500]);
  await keeper.stop(0);
});

Deno.test("starts that fail count too: one that says why, and one that rejects", async () => {
  const { keeper, children, starts, clock, told } = newWorld();
  await keeper.start();
  starts.push("failed", "rejects", "rejects", "ready");
  children[0]!.die();
  const delays: number[] = [];
  for (let count = 0; count < 4; count++) delays.push(await clock.pass());
  await turn();
  assert.deepEqual(delays, [0, 100, 500, 1_000]);
  assert.deepEqual([keeper.state, keeper.restarts], ["running", 4]);
  assert.deepEqual(told.slice(1), [
    "The app does not start: it throws",
    "The app does not start: no process can be started",
    "The app does not start: no process can be started",
  ]);
  // What could not be used is not left behind.
  assert.deepEqual(children.map(({ killed }) => killed), [false, true, false]);
  await keeper.stop(0);
});

Deno.test("a stop during the pause ends it: nothing is started any more", async () => {
  const { keeper, children, clock, told, crash } = newWorld();
  await keeper.start();
  await crash();
  await crash();
  children.at(-1)!.die();
  assert.equal(await clock.asked(), 500);
  assert.deepEqual([keeper.state, keeper.pid], ["restarting", null]);
  const asking = assert.rejects(keeper.ask({ type: "ping", id: 1 }, 1), AppEnded);
  await keeper.stop(1_000);
  await asking;
  await turn();
  assert.deepEqual([keeper.state, clock.sleepers, children.length], ["stopping", 0, 3]);
  assert.equal(told.length, 3, told.join("\n"));
});

Deno.test("a stop while a process is being started ends that one", async () => {
  const { keeper, children, clock, gate } = newWorld();
  await keeper.start();
  const { promise, resolve } = Promise.withResolvers<void>();
  gate.opened = promise;
  children[0]!.die();
  await clock.pass();
  await keeper.stop(0);
  resolve();
  await turn();
  assert.deepEqual([children.length, children[1]!.killed, keeper.pid], [2, true, null]);
});

Deno.test("a first start that fails is handed back, and nothing is kept alive", async () => {
  const { keeper, children, starts, clock } = newWorld();
  starts.push("failed");
  assert.equal((await keeper.start()).type, "failed");
  await turn();
  assert.deepEqual([children[0]!.killed, children.length, clock.sleepers], [true, 1, 0]);
});
