import { timestamp } from "../../../runtime/log.ts";
import type { LogRecord } from "../../platform.ts";

/** ms that a record may wait for others. */
const DELAY = 10;
/** About so many characters are sent at once, unless a record alone is longer. */
const SIZE = 32 * 1024;
/** Of a record without message and stack. */
const MIDDLING = 160;

/** Takes whole lines of NDJSON, and how many they are. The bytes are the taker's. */
export type SendLines = (lines: Uint8Array<ArrayBuffer>, records: number) => void;

/** What an app may log in each second; more is counted and left out. */
export interface LogRate {
  records: number;
  /** Characters of all messages and stacks. */
  characters: number;
}

/** What errors may have above that, each second: a loop that logs must not hide them. */
const FOR_ERRORS: LogRate = { records: 1_000, characters: 1024 * 1024 };

const RATE: LogRate = { records: 50_000, characters: 16 * 1024 * 1024 };
const SECOND = 1_000;

/**
 * Collects log records, so that a busy app does not send a message for each, and keeps a flood from
 * filling memory and history: what is over the rate is left out and said in a record with the number.
 */
export class LogBatch {
  #records: LogRecord[] = [];
  /** Characters of what waits, about. */
  #waiting = 0;
  readonly #encoder = new TextEncoder();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #begin = -Infinity;
  #count = 0;
  #characters = 0;
  #lost = 0;
  readonly #send: SendLines;

  constructor(
    send: SendLines,
    readonly rate: LogRate = RATE,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#send = send;
  }

  add(record: LogRecord): void {
    if (this.now() - this.#begin >= SECOND) this.#nextSecond();
    const size = (record.message?.length ?? 0) + (record.stack?.length ?? 0);
    if (record.level === "request") {
      // There is one for each request, and each request has one.
      this.#put(record);
    } else if (this.#isTooMuch(record, size)) {
      this.#lost++;
    } else {
      this.#count++;
      this.#characters += size;
      this.#put(record);
    }
    this.#timer ??= setTimeout(() => this.flush(), DELAY);
  }

  #isTooMuch({ level }: LogRecord, size: number): boolean {
    const more = level === "error" ? FOR_ERRORS : { records: 0, characters: 0 };
    return this.#count >= this.rate.records + more.records ||
      this.#characters + size > this.rate.characters + more.characters;
  }

  /** Sends what waits, and how many were left out. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#tellLost();
    this.#sendAll();
  }

  #put(record: LogRecord): void {
    this.#records.push(record);
    this.#waiting += MIDDLING + (record.message?.length ?? 0) + (record.stack?.length ?? 0);
    if (this.#waiting >= SIZE) this.#sendAll();
  }

  /** All lines are written in one go: the code for it is warm by the second one. */
  #sendAll(): void {
    if (this.#records.length === 0) return;
    const records = this.#records;
    this.#records = [];
    this.#waiting = 0;
    let lines = "";
    for (const record of records) lines += JSON.stringify(record) + "\n";
    this.#send(this.#encoder.encode(lines), records.length);
  }

  #nextSecond(): void {
    this.#tellLost();
    this.#begin = this.now();
    this.#count = 0;
    this.#characters = 0;
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    const message = `${this.#lost} log records were left out here: the app logged too much at once`;
    const lost = { records: this.#lost };
    this.#lost = 0;
    this.#put({
      time: timestamp(),
      level: "system",
      requestId: null,
      message,
      lost,
    });
  }
}
