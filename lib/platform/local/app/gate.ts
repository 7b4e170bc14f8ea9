/** Counts requests and lets new ones wait during a pause. */
export class RequestGate {
  /** Requests that are being answered. */
  inFlight = 0;
  /** Requests since the start. */
  served = 0;
  #pause: { over: Promise<void>; end: () => void } | null = null;
  #idle: (() => void)[] = [];

  async run<T>(work: () => Promise<T>): Promise<T> {
    while (this.#pause) await this.#pause.over;
    this.inFlight++;
    this.served++;
    try {
      return await work();
    } finally {
      if (--this.inFlight === 0) { for (const wake of this.#idle.splice(0)) wake(); }
    }
  }

  /** Lets new requests wait; resolves when none is in flight, or after `timeout` ms. */
  async pause(timeout: number): Promise<void> {
    if (!this.#pause) {
      let end = () => {};
      const over = new Promise<void>((resolve) => end = resolve);
      this.#pause = { over, end };
    }
    if (this.inFlight === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve);
      timer = setTimeout(resolve, timeout);
    });
    clearTimeout(timer);
  }

  resume(): void {
    this.#pause?.end();
    this.#pause = null;
  }
}
