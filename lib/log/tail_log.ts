import { parseDuration } from "../duration.ts";
import { Failure } from "../failure.ts";
import type { LogRecord, Logs } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { LogAssertion, type LogVerdict } from "./assertion.ts";
import { RequestLines } from "./request_lines.ts";
import { type LogSelection, recordTest } from "./selection.ts";

/** How the log is to be read. */
export interface TailOptions extends LogSelection {
  /** A length of time (`10m`) or a moment in ISO 8601. */
  since?: string;
  /** Go on with new records. */
  follow: boolean;
  /**
   * At most this many records: the newest of history, or the first of new ones. With texts to prove it
   * limits what is printed alone: a proof must see the whole window.
   */
  limit?: number;
  /** Texts that must come. */
  expect?: string[];
  /** Texts that must not come. */
  forbid?: string[];
  /** How long to watch, such as `60s`. */
  for?: string;
}

/** How reading ended. */
export interface TailResult {
  records: number;
  /** Null: nothing was to be proven. */
  verdict: LogVerdict | null;
}

/** How long texts are waited for when nothing is said, ms. */
const WINDOW = 60_000;
/** What was written within the window is still read, ms. */
const LATE = 250;

/**
 * Reads the log: hands each wanted record to `emit`, and follows until the limit, the end of the
 * window, the program's signal, or until the verdict on `expect` and `forbid` is clear. A server that
 * does not run yet is no error: its records are waited for.
 *
 * @throws Failure DURATION_INVALID, SINCE_INVALID, LIMIT_INVALID, EXPECT_EMPTY and those of
 * recordTest (usage)
 */
export async function tailLog(
  system: System,
  logs: Logs,
  options: TailOptions,
  emit: (record: LogRecord) => void,
): Promise<TailResult> {
  const { follow, limit, expect = [], forbid = [] } = options;
  checkNumbers(options);
  const lines = new RequestLines(recordTest(options));
  const assertion = expect.length + forbid.length > 0 ? new LogAssertion(expect, forbid) : null;
  const window = windowOf(options, assertion !== null);
  const since = sinceOf(options, system.clock.now());
  const over = new AbortController();
  const stop = () => over.abort();
  system.signal.addEventListener("abort", stop);
  const timer = window === null ? undefined : setTimeout(stop, window + LATE);
  const newest: LogRecord[] = [];
  let records = 0;
  try {
    for await (const record of logs.tail({ since, follow, signal: over.signal })) {
      for (const chosen of lines.choose(record)) {
        records++;
        assertion?.see(chosen);
        if (limit === undefined || (follow && records <= limit)) emit(chosen);
        else if (!follow && newest.push(chosen) > limit) newest.shift();
        if (assertion ? assertion.decided : follow && records === limit) stop();
        if (over.signal.aborted) break;
      }
      if (over.signal.aborted) break;
    }
  } finally {
    clearTimeout(timer);
    system.signal.removeEventListener("abort", stop);
  }
  if (system.signal.aborted && assertion && !assertion.decided) {
    throw new Failure("cancelled", "CANCELLED", "Cancelled before the log said enough");
  }
  for (const record of newest) emit(record);
  return { records: newest.length || records, verdict: assertion?.verdict() ?? null };
}

/** Null: no end. */
function windowOf(options: TailOptions, proving: boolean): number | null {
  if (options.for !== undefined) return parseDuration(options.for);
  return proving && options.follow ? WINDOW : null;
}

/** Ms since the epoch; null: only new records. */
function sinceOf({ since, follow }: TailOptions, now: number): number | null {
  if (since === undefined) return follow ? null : 0;
  if (!/^\d{4}-\d\d-\d\d/.test(since)) return now - parseDuration(since);
  const moment = Date.parse(since);
  if (!Number.isNaN(moment)) return moment;
  throw new Failure("usage", "SINCE_INVALID", `\`${since}\` is no moment`, {
    hint: "Write a length of time, such as `10m`, or a moment, such as `2026-01-31T08:00:00Z`",
  });
}

function checkNumbers({ limit, expect = [], forbid = [] }: TailOptions): void {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new Failure("usage", "LIMIT_INVALID", "`--limit` must be a whole number above 0");
  }
  // A blank stands in nearly every record.
  if ([...expect, ...forbid].some((text) => text.trim() === "")) {
    throw new Failure("usage", "EXPECT_EMPTY", "`--expect` and `--forbid` need a text");
  }
}
