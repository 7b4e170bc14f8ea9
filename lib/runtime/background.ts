/** Promises that outlive their request. */
export class Background {
  readonly #promises = new Set<Promise<unknown>>();

  /** Keeps a promise until it settles; `failed` hears of a rejection. */
  add(promise: Promise<unknown>, failed: (error: unknown) => void): void {
    const settled: Promise<unknown> = Promise.resolve(promise).catch(failed).finally(() => {
      this.#promises.delete(settled);
    });
    this.#promises.add(settled);
  }

  /** How many have not settled. */
  get size(): number {
    return this.#promises.size;
  }

  /** Resolves when none is left, also of those that are added meanwhile. */
  async drained(): Promise<void> {
    while (this.#promises.size > 0) await Promise.all(this.#promises);
  }
}
