import type { LogRecord } from "../../platform.ts";
import type { FrameWriter } from "../server/frames.ts";

/** How much may wait for the supervisor before log records are left out, bytes. */
const BACKLOG = 16 * 1024 * 1024;

/**
 * Hands log records from the app process to the supervisor, which writes them. When the supervisor
 * cannot keep up, records are counted and left out, and a record says how many as soon as it can.
 */
export class LogRelay {
  #lost = 0;

  constructor(
    readonly writer: Pick<FrameWriter, "waiting" | "write">,
    readonly backlog = BACKLOG,
  ) {}

  /**
   * Rejects when the supervisor is gone.
   *
   * @param lines whole lines of NDJSON, and how many they are.
   */
  async send(lines: Uint8Array, records: number): Promise<void> {
    if (this.writer.waiting > this.backlog) {
      this.#lost += records;
      return;
    }
    const gap = this.#gap();
    if (gap) await Promise.all([this.#write(gap), this.#write(lines)]);
    else await this.#write(lines);
    // Without this the number would wait for the next record, which may never come.
    const rest = this.writer.waiting <= this.backlog ? this.#gap() : null;
    if (rest) await this.#write(rest);
  }

  /** The line that says what is missing so far; null: nothing is. */
  #gap(): Uint8Array | null {
    if (this.#lost === 0) return null;
    const lost = { records: this.#lost };
    this.#lost = 0;
    const message = `${lost.records} log records were lost here: the log could not keep up`;
    const time = new Date().toISOString();
    const record: LogRecord = { time, level: "system", requestId: null, message, lost };
    return new TextEncoder().encode(JSON.stringify(record) + "\n");
  }

  async #write(lines: Uint8Array): Promise<void> {
    await this.writer.write({ kind: "log", lines });
  }
}
