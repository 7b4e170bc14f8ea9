/** What a GET's conditions come to (https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2). */
export type Verdict = "send" | "not-modified" | "failed";

/** What the conditions are about. `etag` without quotes. */
export interface Validators {
  etag: string;
  modified: Date;
}

/** Judges If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since, in this order. */
export function judgeConditions(headers: Headers, { etag, modified }: Validators): Verdict {
  const match = headers.get("if-match");
  const unmodified = dateOf(headers.get("if-unmodified-since"));
  if (
    match !== null
      ? !names(match, etag, false)
      : unmodified !== null && seconds(modified) > unmodified
  ) {
    return "failed";
  }
  const noneMatch = headers.get("if-none-match");
  if (noneMatch !== null) return names(noneMatch, etag, true) ? "not-modified" : "send";
  const since = dateOf(headers.get("if-modified-since"));
  return since !== null && seconds(modified) <= since ? "not-modified" : "send";
}

/** Bytes from `start` up to before `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The range that a GET asks for: null for the whole (also for several ranges, which a server may
 * answer so, and when If-Range no longer fits), "unsatisfiable" when it lies beyond the end.
 */
export function rangeOf(
  headers: Headers,
  size: number,
  { etag, modified }: Validators,
): ByteRange | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range")?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  const guard = headers.get("if-range");
  if (guard !== null && guard !== `"${etag}"` && dateOf(guard) !== seconds(modified)) return null;
  const [first, last] = match.slice(1).map((text) => text === "" ? null : Number(text));
  if (first === null || first === undefined) {
    // The last bytes.
    return last! > 0 && size > 0
      ? { start: Math.max(0, size - last!), end: size }
      : "unsatisfiable";
  }
  if (last !== null && last !== undefined && last < first) return null;
  if (first >= size) return "unsatisfiable";
  return { start: first, end: Math.min(size, (last ?? size - 1) + 1) };
}

function names(list: string, etag: string, weak: boolean): boolean {
  if (list.trim() === "*") return true;
  return list.split(",").map((item) => item.trim())
    .some((item) => item === `"${etag}"` || weak && item === `W/"${etag}"`);
}

function dateOf(text: string | null): number | null {
  const time = text === null ? NaN : Date.parse(text);
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}

/** Dates in headers have no fractions. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
