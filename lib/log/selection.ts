import { Failure } from "../failure.ts";
import type { LogRecord } from "../platform/platform.ts";

/** Which records are wanted, as it is written on a command line. */
export interface LogSelection {
  /** `debug`, `info`, `warn` or `error`: this and everything worse; `request` or `system`: only those. */
  level?: string;
  /** Status codes of requests: `500`, `5xx`, `400-499`, several after commas. */
  status?: string;
  /** A path of requests and what lies below it, or a pattern: `*` within a segment, `**` across them. */
  path?: string;
  /** A text in any field, in capitals or not. */
  search?: string;
}

/** Judges records one by one. */
export interface RecordTest {
  /** Whether a record is wanted for what it says itself. */
  wanted(record: LogRecord): boolean;
  /** Whether a request is wanted, by its closing record; null: requests are not selected. */
  request: ((record: LogRecord) => boolean) | null;
}

const SEVERITY: Record<string, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * The test of a selection. A record that says that others are missing passes every test.
 *
 * @throws Failure LEVEL_INVALID, STATUS_INVALID (usage)
 */
export function recordTest({ level, status, path, search }: LogSelection): RecordTest {
  const levelFits = level === undefined ? null : levelTest(level);
  const statusFits = status === undefined ? null : statusTest(status);
  const pathFits = path === undefined ? null : pathTest(path);
  const needle = search?.toLowerCase();
  return {
    wanted: (record) =>
      record.lost !== undefined ||
      (levelFits?.(record) ?? true) &&
        (needle === undefined || recordText(record).toLowerCase().includes(needle)),
    request: statusFits || pathFits
      ? (record) =>
        (statusFits?.(record.status ?? 0) ?? true) && (pathFits?.(record.path ?? "") ?? true)
      : null,
  };
}

/** Everything that a record says, as one text: what `--search`, `--expect` and `--forbid` look at. */
export function recordText({ method, path, status, message, stack }: LogRecord): string {
  const request = [method, path, status].filter((part) => part !== undefined).join(" ");
  return [request, message, stack].filter((part) => part).join("\n");
}

function levelTest(level: string): (record: LogRecord) => boolean {
  if (level === "request" || level === "system") return (record) => record.level === level;
  const least = SEVERITY[level];
  if (least === undefined) {
    throw new Failure("usage", "LEVEL_INVALID", `\`${level}\` is no level`, {
      hint: "Levels are `debug`, `info`, `warn`, `error`, `request` and `system`",
    });
  }
  return (record) => severity(record) >= least;
}

/** A request that failed on the server's side counts as an error, any other as information. */
function severity({ level, status = 0 }: LogRecord): number {
  if (level === "request") return SEVERITY[status >= 500 ? "error" : "info"]!;
  return SEVERITY[level] ?? SEVERITY.info!;
}

function statusTest(text: string): (status: number) => boolean {
  const ranges = text.split(",").map((part): [number, number] => {
    const match = /^(?:([1-5])xx|([1-5]\d\d)(?:-([1-5]\d\d))?)$/i.exec(part.trim());
    if (!match) {
      throw new Failure("usage", "STATUS_INVALID", `\`${part.trim()}\` is no status`, {
        hint: "Write `500`, `5xx`, `400-499`, or several with commas: `404,5xx`",
      });
    }
    if (match[1]) return [Number(match[1]) * 100, Number(match[1]) * 100 + 99];
    const [from, to] = [Number(match[2]), Number(match[3] ?? match[2])];
    if (from <= to) return [from, to];
    throw new Failure("usage", "STATUS_INVALID", `No status is from ${from} to ${to}`, {
      hint: `Write the smaller one first: \`${to}-${from}\``,
    });
  });
  return (status) => ranges.some(([from, to]) => status >= from && status <= to);
}

function pathTest(pattern: string): (path: string) => boolean {
  const from = pattern.startsWith("/") ? pattern : `/${pattern}`;
  if (!from.includes("*")) {
    const below = from.endsWith("/") ? from : `${from}/`;
    return (path) => path === from || path.startsWith(below);
  }
  const source = from.split(/(\*+)/).map((part) => {
    if (part.startsWith("**")) return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&");
  }).join("");
  const shape = new RegExp(`^${source}$`, "s");
  return (path) => shape.test(path);
}
