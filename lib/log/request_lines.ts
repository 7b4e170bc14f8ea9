import type { LogRecord } from "../platform/platform.ts";
import type { RecordTest } from "./selection.ts";

/** Lines of requests that have not ended: more are not kept. */
const HELD = 20_000;
/** Requests whose end was seen: later lines (background work) still find them. */
const REMEMBERED = 10_000;

/**
 * Chooses records. When requests are selected, by status or path, the lines of a request wait for its
 * closing record, which alone knows both, and come before it or not at all; lines of no request are
 * then left out.
 */
export class RequestLines {
  readonly #test: RecordTest;
  readonly #waiting = new Map<string, LogRecord[]>();
  readonly #judged = new Map<string, boolean>();
  #held = 0;

  constructor(test: RecordTest) {
    this.#test = test;
  }

  /** The records that are wanted now that this one came. */
  choose(record: LogRecord): LogRecord[] {
    const { wanted, request } = this.#test;
    if (request === null || record.lost) return wanted(record) ? [record] : [];
    const id = record.requestId;
    if (id === null) return [];
    if (record.level !== "request") {
      const judged = this.#judged.get(id);
      if (judged !== undefined) return judged && wanted(record) ? [record] : [];
      return wanted(record) ? this.#hold(id, record) : [];
    }
    const lines = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    this.#held -= lines.length;
    const fits = request(record);
    this.#remember(id, fits);
    return fits ? [...lines, ...(wanted(record) ? [record] : [])] : [];
  }

  #hold(id: string, record: LogRecord): LogRecord[] {
    const lines = this.#waiting.get(id) ?? [];
    this.#waiting.set(id, [...lines, record]);
    if (++this.#held <= HELD) return [];
    const records = this.#held;
    this.#waiting.clear();
    this.#held = 0;
    const message = `${records} lines of requests that have not ended were left out here`;
    return [{ time: record.time, level: "system", requestId: null, message, lost: { records } }];
  }

  #remember(id: string, fits: boolean): void {
    this.#judged.set(id, fits);
    if (this.#judged.size <= REMEMBERED) return;
    this.#judged.delete(this.#judged.keys().next().value!);
  }
}
