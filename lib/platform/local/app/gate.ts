/** Counts requests and lets new ones wait during a pause. */
export class RequestGate {
  /** Requests that are being answered. */
  inFlight = 0;
  /** Requests since the start. */
  served = 0;
  #pause: { over: Promise<void>; end: () => void } | null = null;
  #idle: (() => void)[] = [];

  /** @param last what is still done with the outcome; here, because a `then` more is a promise more. */
  run<T>(work: () => Promise<T>, last: (value: T) => T): Promise<T> {
    return this.#pause ? this.#later(work, last) : this.#now(work, last);
  }

  async #later<T>(work: () => Promise<T>, last: (value: T) => T): Promise<T> {
    while (this.#pause) await this.#pause.over;
    return await this.#now(work, last);
  }

  #now<T>(work: () => Promise<T>, last: (value: T) => T): Promise<T> {
    this.inFlight++;
    this.served++;
    const fail = (error: unknown) => {
      this.#ended();
      throw error;
    };
    try {
      return work().then((value) => {
        try {
          return last(value);
        } finally {
          this.#ended();
        }
      }, fail);
    } catch (error) {
      return fail(error);
    }
  }

  #ended(): void {
    if (--this.inFlight === 0) { for (const wake of this.#idle.splice(0)) wake(); }
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
