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
