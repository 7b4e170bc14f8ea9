import type { LogRecord } from "../../platform.ts";

/** ms that a record may wait for others. */
const DELAY = 50;
const FULL = 200;

/** Collects log records, so that a busy app does not send a message for each. */
export class LogBatch {
  #records: LogRecord[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #send: (records: LogRecord[]) => void;

  constructor(send: (records: LogRecord[]) => void) {
    this.#send = send;
  }

  add(record: LogRecord): void {
    this.#records.push(record);
    if (this.#records.length >= FULL) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), DELAY);
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#records.length === 0) return;
    const records = this.#records;
    this.#records = [];
    this.#send(records);
  }
}
