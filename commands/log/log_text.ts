import type { LogVerdict } from "../../lib/log/assertion.ts";
import type { LogRecord } from "../../lib/platform/platform.ts";

const LEVELS: Record<LogRecord["level"], string> = {
  request: "REQ",
  debug: "DBG",
  info: "INF",
  warn: "WRN",
  error: "ERR",
  system: "SYS",
};

/** A record for a person: `HH:MM:SS.mmm INF text`, in the machine's time zone; further lines are indented. */
export function logText(record: LogRecord): string {
  const { level, method, path, status, ms, message, stack } = record;
  const request = level === "request"
    ? [method, path, status, ms === undefined ? undefined : `${Math.round(ms)}ms`]
    : [];
  const words = [...request, message].filter((word) => word !== undefined && word !== "").join(" ");
  const lines = [words, ...(stack && stack !== message ? [stack] : [])].join("\n").split("\n");
  return `${clock(record.time)} ${LEVELS[level] ?? level} ${lines.map(printable).join("\n    ")}`;
}

/** The last lines of an assertion: what came, what is missing, what must not have come. */
export function verdictText({ assertion }: { assertion: LogVerdict }): string {
  const { ok, expected, forbidden, gaps } = assertion;
  return [
    ...expected.map(({ text, record }) =>
      record ? `Expected and seen: ${quoted(text)}` : `Expected and missing: ${quoted(text)}`
    ),
    ...forbidden.map(({ text, record }) =>
      record
        ? `Forbidden and seen: ${quoted(text)} in: ${logText(record)}`
        : `Forbidden and not seen: ${quoted(text)}`
    ),
    ...(gaps.length > 0 && forbidden.length > 0
      ? ["Records are missing, so nobody knows what they said"]
      : []),
    ok ? "The log is as it should be" : "The log is not as it should be",
  ].join("\n");
}

function quoted(text: string): string {
  return `"${printable(text)}"`;
}

function clock(time: string): string {
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** What a visitor put into a path or a header must not steer the reader's terminal. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}]/gu,
    (character) =>
      character === "\t"
        ? character
        : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
