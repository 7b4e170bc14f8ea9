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

  /** Rejects when the supervisor is gone. */
  async send(records: LogRecord[]): Promise<void> {
    if (this.writer.waiting > this.backlog) {
      this.#lost += records.length;
      return;
    }
    await this.#write([...this.#gap(), ...records]);
    // Without this the number would wait for the next record, which may never come.
    if (this.#lost > 0 && this.writer.waiting <= this.backlog) await this.#write(this.#gap());
  }

  #gap(): LogRecord[] {
    if (this.#lost === 0) return [];
    const lost = { records: this.#lost };
    this.#lost = 0;
    const message = `${lost.records} log records were lost here: the log could not keep up`;
    return [{ time: new Date().toISOString(), level: "system", requestId: null, message, lost }];
  }

  async #write(records: LogRecord[]): Promise<void> {
    const lines = records.map((record) => JSON.stringify(record) + "\n").join("");
    await this.writer.write({ kind: "log", lines: new TextEncoder().encode(lines) });
  }
}
