import type { LogRecord, Logs } from "../platform.ts";
import { SegmentReader } from "./segment_reader.ts";

/** How often the end of the log is looked at, ms. */
const POLL = 80;
/** How long a line that is not whole may still be growing, ms. */
const GROWING = 400;

/** The log on disk: it is read without the server, also while the server writes. */
export function openLocalLogs(folder: string): Logs {
  return { tail: (options) => tail(folder, options) };
}

async function* tail(
  folder: string,
  { since, follow, signal }: { since: number | null; follow: boolean; signal: AbortSignal },
): AsyncGenerator<LogRecord> {
  const reader = new SegmentReader(folder, since);
  const reached = (record: LogRecord) => since === null || Date.parse(record.time) >= since;
  /** Gaps of which only their beginning is known, and that is before `since`. */
  let open: LogRecord[] = [];
  let waited = 0;
  try {
    while (!signal.aborted) {
      const records = reader.next();
      if (records === null) {
        // What is missing may have been wanted: when nothing says otherwise, it is told.
        yield* open.splice(0);
        const torn = reader.torn;
        if (!follow && (!torn || waited >= GROWING)) {
          if (torn) yield reader.tornRecord();
          return;
        }
        await pause(POLL, signal);
        waited += POLL;
        continue;
      }
      for (const record of records) {
        if (signal.aborted) return;
        if (reached(record)) {
          yield* open.splice(0);
          yield record;
        } else if (reader.foundMissing(record)) open.push(record);
        else open = [];
      }
    }
  } finally {
    reader.close();
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
