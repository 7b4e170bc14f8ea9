import type { LogRecord } from "../../platform.ts";

/** ms that a record may wait for others. */
const DELAY = 50;
/** Bytes that are sent at once, if no record alone is longer. */
const SIZE = 32 * 1024;

/** Takes whole lines of NDJSON, and how many they are. The bytes are the taker's. */
export type SendLines = (lines: Uint8Array<ArrayBuffer>, records: number) => void;

/** What an app may log in each second; more is counted and left out. */
export interface LogRate {
  records: number;
  /** Characters of all messages and stacks. */
  characters: number;
}

const RATE: LogRate = { records: 50_000, characters: 16 * 1024 * 1024 };
const SECOND = 1_000;

/**
 * Collects log records, so that a busy app does not send a message for each, and keeps a flood from
 * filling memory and history: what is over the rate is left out and said in a record with the number.
 * They wait as the bytes of their lines: objects would be moved about with each garbage collection.
 */
export class LogBatch {
  #bytes: Uint8Array<ArrayBuffer> | null = null;
  #length = 0;
  #records = 0;
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
    if (this.#count >= this.rate.records || this.#characters + size > this.rate.characters) {
      this.#lost++;
    } else {
      this.#count++;
      this.#characters += size;
      this.#put(record);
    }
    this.#timer ??= setTimeout(() => this.flush(), DELAY);
  }

  /** Sends what waits, and how many were left out. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#tellLost();
    this.#sendBytes();
  }

  #put(record: LogRecord): void {
    const line = JSON.stringify(record) + "\n";
    // A character of a string takes three bytes at the most.
    const most = line.length * 3;
    if (this.#length + most > SIZE) this.#sendBytes();
    if (most > SIZE) return this.#send(this.#encoder.encode(line), 1);
    this.#bytes ??= new Uint8Array(SIZE);
    const free = this.#bytes.subarray(this.#length);
    this.#length += this.#encoder.encodeInto(line, free).written;
    this.#records++;
  }

  #sendBytes(): void {
    if (this.#records === 0) return;
    const [lines, records] = [this.#bytes!.subarray(0, this.#length), this.#records];
    this.#bytes = null;
    this.#length = this.#records = 0;
    this.#send(lines, records);
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
      time: new Date().toISOString(),
      level: "system",
      requestId: null,
      message,
      lost,
    });
  }
}
