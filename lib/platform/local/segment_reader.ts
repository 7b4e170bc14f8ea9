import type { LogRecord } from "../platform.ts";
import { gapRecord, listSegments, segmentFile } from "./log_writer.ts";

const CHUNK = 256 * 1024;

/** Reads the log on disk, on from segment to segment. */
export class SegmentReader {
  #number: number | null = null;
  #file: Deno.FsFile | null = null;
  #rest = "";
  #decoder = new TextDecoder();
  /** The time of the last record, which is also that of a gap behind it. */
  #time: string | undefined;
  readonly #gaps = new WeakSet<LogRecord>();
  readonly #buffer = new Uint8Array(CHUNK);

  /** @param since ms since the epoch; null: only what comes from now on */
  constructor(readonly folder: string, readonly since: number | null) {
    const segments = listSegments(folder);
    if (since === null) {
      const last = segments.at(-1);
      if (last !== undefined && this.#open(last)) this.#file!.seekSync(0, Deno.SeekMode.End);
      return;
    }
    // A segment that was last written before `since` holds nothing that is wanted.
    const wanted = segments.find((number) => lastChange(folder, number) >= since);
    if (wanted !== undefined) this.#open(wanted);
  }

  /** The next records, maybe none of them whole yet; null at the end of what is there. */
  next(): LogRecord[] | null {
    const length = this.#file?.readSync(this.#buffer) ?? 0;
    if (length > 0) {
      const lines =
        (this.#rest + this.#decoder.decode(this.#buffer.subarray(0, length), { stream: true }))
          .split("\n");
      this.#rest = lines.pop()!;
      return lines.flatMap((line) => this.#parse(line));
    }
    const following = listSegments(this.folder).find((number) => number > (this.#number ?? 0));
    if (following === undefined) return null;
    // The writer may have appended between the read and the look at the folder.
    const more = this.#file?.readSync(this.#buffer) ?? 0;
    if (more > 0) {
      this.#file!.seekSync(-more, Deno.SeekMode.Current);
      return [];
    }
    const gap: LogRecord[] = [];
    if (this.torn) gap.push(this.tornRecord());
    if (this.#number !== null && following > this.#number + 1) {
      gap.push(this.#gap("Log records are missing here: they were removed before they were read"));
    }
    this.#open(following);
    return gap;
  }

  /** The last line is not whole: it is being written, or the writer was killed. */
  get torn(): boolean {
    return this.#rest !== "";
  }

  tornRecord(): LogRecord {
    return this.#gap("A log record was cut off here: the server was ended while it wrote");
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  #open(number: number): boolean {
    this.close();
    this.#rest = "";
    this.#decoder = new TextDecoder();
    this.#number = number;
    try {
      this.#file = Deno.openSync(segmentFile(this.folder, number));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  #parse(line: string): LogRecord[] {
    if (line === "") return [];
    try {
      const record = JSON.parse(line);
      if (typeof record?.time === "string") {
        this.#time = record.time;
        return [record];
      }
    } catch {
      // Told below.
    }
    return [this.#gap("A log record that is not whole was left out here")];
  }

  /** Whether a record stands for something that this reader missed, some time after the record's own. */
  foundMissing(record: LogRecord): boolean {
    return this.#gaps.has(record);
  }

  #gap(message: string): LogRecord {
    const record = gapRecord(message, { time: this.#time });
    this.#gaps.add(record);
    return record;
  }
}

/** How much of the end of a log is looked at for its last record, bytes. */
const TAIL = 256 * 1024;

/** What the last record of a log says; "" when it is not whole; null: there is none. */
export function lastMessage(folder: string): string | null {
  for (const number of listSegments(folder).reverse()) {
    const line = lastLine(segmentFile(folder, number));
    if (line === null) continue;
    try {
      return String(JSON.parse(line).message ?? "");
    } catch {
      return "";
    }
  }
  return null;
}

/** Null: an empty file, or none that can be read. */
function lastLine(path: string): string | null {
  try {
    using file = Deno.openSync(path);
    const { size } = file.statSync();
    file.seekSync(Math.max(0, size - TAIL), Deno.SeekMode.Start);
    const buffer = new Uint8Array(Math.min(size, TAIL));
    const text = new TextDecoder().decode(buffer.subarray(0, file.readSync(buffer) ?? 0));
    return text === "" ? null : text.replace(/\n$/, "").split("\n").at(-1)!;
  } catch {
    return null;
  }
}

function lastChange(folder: string, number: number): number {
  try {
    return Deno.statSync(segmentFile(folder, number)).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}
