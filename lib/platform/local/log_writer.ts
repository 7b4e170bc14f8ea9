import { join } from "@std/path";
import type { LogRecord } from "../platform.ts";

/** How much history is kept. */
export interface LogLimits {
  /** A segment is closed when it would grow past this, bytes. */
  bytes: number;
  segments: number;
}

const LIMITS: LogLimits = { bytes: 8 * 1024 * 1024, segments: 8 };

/** The numbers of the log's segments, oldest first: `<n>.ndjson`. */
export function listSegments(folder: string): number[] {
  const numbers: number[] = [];
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      const match = /^([1-9]\d*)\.ndjson$/.exec(name);
      if (match) numbers.push(Number(match[1]));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return numbers.sort((a, b) => a - b);
}

export function segmentFile(folder: string, number: number): string {
  return join(folder, `${number}.ndjson`);
}

/** Appends to the log on disk. One writer for each folder: the supervisor. */
export class LogWriter {
  #number: number;
  #file: Deno.FsFile;
  #size: number;
  #lost = 0;

  constructor(readonly folder: string, readonly limits: LogLimits = LIMITS) {
    Deno.mkdirSync(folder, { recursive: true });
    const last = listSegments(folder).at(-1) ?? 0;
    // A server that was killed may have left half a line; nothing is put behind that.
    this.#number = endsWhole(segmentFile(folder, last)) ? last : last + 1;
    this.#file = this.#open();
    this.#size = this.#file.statSync().size;
    this.#removeOld();
  }

  /** Appends whole lines. What the disk does not take is counted, and said when it takes again. */
  append(lines: Uint8Array): void {
    try {
      if (this.#lost > 0) {
        this.#write(
          encode(
            gapRecord(`${this.#lost} bytes of log were lost here: the disk did not take them`),
          ),
        );
      }
      this.#lost = 0;
      this.#write(lines);
    } catch {
      this.#lost += lines.length;
    }
  }

  record(record: LogRecord): void {
    this.append(encode(record));
  }

  close(): void {
    this.#file.close();
  }

  #write(lines: Uint8Array): void {
    if (this.#size > 0 && this.#size + lines.length > this.limits.bytes) this.#rotate();
    for (let done = 0; done < lines.length;) {
      const written = this.#file.writeSync(lines.subarray(done));
      done += written;
      this.#size += written;
    }
  }

  #rotate(): void {
    this.#file.close();
    this.#number++;
    this.#file = this.#open();
    this.#size = 0;
    this.#removeOld();
  }

  #open(): Deno.FsFile {
    return Deno.openSync(segmentFile(this.folder, this.#number), {
      append: true,
      create: true,
      mode: 0o600,
    });
  }

  #removeOld(): void {
    for (const number of listSegments(this.folder).slice(0, -this.limits.segments)) {
      Deno.removeSync(segmentFile(this.folder, number));
    }
  }
}

/** Whether a segment is there and its last line is complete. */
function endsWhole(file: string): boolean {
  try {
    using segment = Deno.openSync(file);
    if (segment.statSync().size === 0) return true;
    segment.seekSync(-1, Deno.SeekMode.End);
    const last = new Uint8Array(1);
    segment.readSync(last);
    return last[0] === 0x0a;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A record that says that others are missing. */
export function gapRecord(message: string): LogRecord {
  return { time: new Date().toISOString(), level: "system", requestId: null, message };
}

function encode(record: LogRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record) + "\n");
}
