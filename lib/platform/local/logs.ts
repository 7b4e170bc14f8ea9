import type { LogRecord, Logs } from "../platform.ts";
import { gapRecord, listSegments, segmentFile } from "./log_writer.ts";

/** How often the end of the log is looked at, ms. */
const POLL = 80;
const CHUNK = 256 * 1024;

/** The log on disk: it is read without the server, also while the server writes. */
export function openLocalLogs(folder: string): Logs {
  return { tail: (options) => tail(folder, options) };
}

async function* tail(
  folder: string,
  { since, follow, signal }: { since: number | null; follow: boolean; signal: AbortSignal },
): AsyncGenerator<LogRecord> {
  const reader = new SegmentReader(folder, since);
  try {
    while (!signal.aborted) {
      const records = reader.next();
      if (records === null) {
        if (!follow) return;
        await pause(POLL, signal);
        continue;
      }
      for (const record of records) {
        if (signal.aborted) return;
        if (since === null || Date.parse(record.time) >= since) yield record;
      }
    }
  } finally {
    reader.close();
  }
}

/** Reads on from segment to segment. */
class SegmentReader {
  #number: number | null = null;
  #file: Deno.FsFile | null = null;
  #rest = "";
  #decoder = new TextDecoder();
  readonly #buffer = new Uint8Array(CHUNK);

  constructor(readonly folder: string, since: number | null) {
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
      return lines.flatMap(parse);
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
    if (this.#rest !== "") {
      gap.push(gapRecord("A log record was cut off here: the server was ended while it wrote"));
    }
    if (this.#number !== null && following > this.#number + 1) {
      gap.push(gapRecord("Log records are missing here: they were removed before they were read"));
    }
    this.#open(following);
    return gap;
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
}

function parse(line: string): LogRecord[] {
  try {
    const record = JSON.parse(line);
    return typeof record?.time === "string" ? [record] : [];
  } catch {
    return line === "" ? [] : [gapRecord("A log record that is not whole was left out here")];
  }
}

function lastChange(folder: string, number: number): number {
  try {
    return Deno.statSync(segmentFile(folder, number)).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
