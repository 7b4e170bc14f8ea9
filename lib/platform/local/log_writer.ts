import { join } from "@std/path";
import type { LogRecord } from "../platform.ts";

/** How much history is kept. */
export interface LogLimits {
  /** A segment is closed when it would grow past this, bytes. */
  bytes: number;
  segments: number;
}

const LIMITS: LogLimits = { bytes: 8 * 1024 * 1024, segments: 8 };
const NEWLINE = 0x0a;

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

/**
 * Appends to the log on disk. One writer for each folder: the supervisor. Never throws: what the disk
 * does not take is counted, and a record says how much as soon as the disk takes again.
 */
export class LogWriter {
  #number = 0;
  #file: Deno.FsFile | null = null;
  #size = 0;
  #lost = { records: 0, bytes: 0 };

  constructor(readonly folder: string, readonly limits: LogLimits = LIMITS) {
    this.#try(() => this.#open());
  }

  /** Appends whole lines. */
  append(lines: Uint8Array): void {
    this.#noticeRemoval();
    if (this.#lost.bytes > 0) {
      const lost = this.#lost;
      const message =
        `${lost.records} log records (${lost.bytes} bytes) were lost here: the disk did not take them`;
      if (this.#try(() => this.#write(encode(gapRecord(message, { lost }))))) {
        this.#lost = { records: 0, bytes: 0 };
      }
    }
    if (this.#lost.bytes === 0 && this.#try(() => this.#write(lines))) return;
    this.#lost.bytes += lines.length;
    this.#lost.records += lines.reduce((count, byte) => count + (byte === NEWLINE ? 1 : 0), 0);
  }

  record(record: LogRecord): void {
    this.append(encode(record));
  }

  close(): void {
    // The last chance to say what was lost.
    if (this.#lost.bytes > 0) this.append(new Uint8Array());
    this.#file?.close();
    this.#file = null;
  }

  /** A file that somebody removed still takes what nobody will ever read. */
  #noticeRemoval(): void {
    if (this.#file === null) return;
    this.#try(() => {
      if (this.#file!.statSync().nlink !== 0) return;
      this.#file!.close();
      this.#file = null;
      this.#write(encode(gapRecord("The files of the log were removed here, with what they held")));
    });
  }

  /** Whether it worked. A file in which something went wrong is opened again at the next try. */
  #try(work: () => void): boolean {
    try {
      work();
      return true;
    } catch {
      this.#file?.close();
      this.#file = null;
      return false;
    }
  }

  #write(lines: Uint8Array): void {
    if (this.#file === null) this.#open();
    if (this.#size > 0 && this.#size + lines.length > this.limits.bytes) this.#rotate();
    const file = this.#file!;
    try {
      for (let done = 0; done < lines.length;) done += file.writeSync(lines.subarray(done));
      this.#size += lines.length;
    } catch (error) {
      // Half a line would spoil the record behind it. Making a file shorter needs no room.
      file.truncateSync(this.#size);
      throw error;
    }
  }

  #rotate(): void {
    const next = openSegment(this.folder, this.#number + 1);
    this.#file?.close();
    this.#file = next;
    this.#number++;
    this.#size = 0;
    this.#removeOld();
  }

  #open(): void {
    Deno.mkdirSync(this.folder, { recursive: true });
    const last = listSegments(this.folder).at(-1) ?? 0;
    // A server that was killed may have left half a line; nothing is put behind that.
    this.#number = endsWhole(segmentFile(this.folder, last)) ? last : last + 1;
    this.#file = openSegment(this.folder, this.#number);
    this.#size = this.#file.statSync().size;
    this.#removeOld();
  }

  #removeOld(): void {
    for (const number of listSegments(this.folder).slice(0, -this.limits.segments)) {
      Deno.removeSync(segmentFile(this.folder, number));
    }
  }
}

function openSegment(folder: string, number: number): Deno.FsFile {
  return Deno.openSync(segmentFile(folder, number), { append: true, create: true, mode: 0o600 });
}

/** Whether a segment is there and its last line is complete. */
function endsWhole(file: string): boolean {
  try {
    using segment = Deno.openSync(file);
    if (segment.statSync().size === 0) return true;
    segment.seekSync(-1, Deno.SeekMode.End);
    const last = new Uint8Array(1);
    segment.readSync(last);
    return last[0] === NEWLINE;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A record that says that others are missing. */
export function gapRecord(
  message: string,
  { lost = {}, time = new Date().toISOString() }: { lost?: LogRecord["lost"]; time?: string } = {},
): LogRecord {
  return { time, level: "system", requestId: null, message, lost };
}

function encode(record: LogRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record) + "\n");
}
