/** Counts requests and lets new ones wait during a pause. */
export class RequestGate {
  /** Requests that are being answered. */
  inFlight = 0;
  /** Requests since the start. */
  served = 0;
  #pause: { over: Promise<void>; end: () => void } | null = null;
  #idle: (() => void)[] = [];

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#pause ? this.#later(work) : this.#now(work);
  }

  async #later<T>(work: () => Promise<T>): Promise<T> {
    while (this.#pause) await this.#pause.over;
    return await this.#now(work);
  }

  #now<T>(work: () => Promise<T>): Promise<T> {
    this.inFlight++;
    this.served++;
    const fail = (error: unknown) => {
      this.#ended();
      throw error;
    };
    try {
      return work().then((value) => {
        this.#ended();
        return value;
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
