import type { LogSink } from "../../../runtime/log.ts";
import { Masker } from "../../../runtime/masking.ts";
import { LogBatch, type SendLines } from "./log_batch.ts";
import type { StackMaps } from "./stack_maps.ts";

/** A message or stack of more characters is cut, and says so. */
export const TEXT_LIMIT = 64 * 1024;
const PATH_LIMIT = 4 * 1024;

/**
 * The way of a record out of the app Worker: places are mapped to the project's files, secret values
 * masked, long texts cut, records collected. Nothing leaves the Worker unmasked.
 */
export class LogPipe {
  readonly #masker: Masker;
  readonly #stacks: StackMaps;
  readonly #batch: LogBatch;

  constructor(
    secrets: Record<string, string>,
    stacks: StackMaps,
    send: SendLines,
  ) {
    this.#masker = new Masker(secrets);
    this.#stacks = stacks;
    this.#batch = new LogBatch(send);
  }

  /** Takes a record; never throws. */
  readonly sink: LogSink = (record) => {
    const { message, stack } = record;
    const path = record.path === undefined ? undefined : this.#clean(record.path, PATH_LIMIT);
    // The closing line of a request: there is one for each.
    if (message === undefined && stack === undefined && path === record.path) {
      return this.#batch.add(record);
    }
    this.#batch.add({
      ...record,
      ...(path !== undefined && { path }),
      ...(message !== undefined && { message: this.#clean(this.#stacks.map(message), TEXT_LIMIT) }),
      ...(stack !== undefined && { stack: this.#clean(this.#stacks.stack(stack), TEXT_LIMIT) }),
    });
  };

  /** Secret values that the app can read from now on. */
  learn(secrets: Record<string, string>): void {
    this.#masker.learn(secrets);
  }

  flush(): void {
    this.#batch.flush();
  }

  /** Masked, then cut: half a secret value is not recognised any more. */
  #clean(text: string, limit: number): string {
    if (text.length <= limit) return this.#masker.mask(text);
    // What lies far behind the cut is not looked at; the last part of what is may end in half a value.
    const masked = this.#masker.mask(text.slice(0, limit * 2));
    const kept = masked.slice(0, Math.min(limit, Math.max(0, masked.length - limit / 2)));
    return `${kept} [${text.length - limit} more characters were cut off]`;
  }
}
