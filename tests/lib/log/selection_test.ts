import assert from "node:assert/strict";
import { RequestLines } from "../../../lib/log/request_lines.ts";
import { type LogSelection, recordTest } from "../../../lib/log/selection.ts";
import type { LogRecord } from "../../../lib/platform/platform.ts";

const TIME = "2026-01-01T00:00:00.000Z";
const line = (level: LogRecord["level"], message: string, requestId: string | null = null) => ({
  time: TIME,
  level,
  requestId,
  message,
});
const request = (id: string, path: string, status: number): LogRecord => ({
  time: TIME,
  level: "request",
  requestId: id,
  method: "GET",
  path,
  status,
});

const RECORDS: LogRecord[] = [
  line("system", "Server started"),
  line("debug", "looking", "a"),
  line("error", "Boom", "b"),
  request("a", "/api/posts/1", 200),
  line("info", "later, in the background", "a"),
  request("b", "/api/public/posts", 500),
  line("warn", "stray"),
  { ...line("system", "9 log records were lost here"), lost: { records: 9 } },
  request("c", "/api/posts", 404),
];

/** What is chosen, in a word or two each. */
function chosen(selection: LogSelection): string[] {
  const lines = new RequestLines(recordTest(selection));
  return RECORDS.flatMap((record) => lines.choose(record)).map(({ message, path, status }) =>
    message?.split(/[ ,]/)[0] ?? `${status} ${path}`
  );
}

const cases: [selection: LogSelection, expected: string[]][] = [
  [{ level: "error" }, ["Boom", "500 /api/public/posts", "9"]],
  [{ level: "warn" }, ["Boom", "500 /api/public/posts", "stray", "9"]],
  [{ level: "system" }, ["Server", "9"]],
  [{ level: "request", search: "POSTS/1" }, ["200 /api/posts/1", "9"]],
  [{ status: "5xx" }, ["Boom", "500 /api/public/posts", "9"]],
  [{ status: "200, 404" }, ["looking", "200 /api/posts/1", "later", "9", "404 /api/posts"]],
  [{ status: "404-404" }, ["9", "404 /api/posts"]],
  [{ status: "400-499" }, ["9", "404 /api/posts"]],
  [{ path: "/api/posts" }, ["looking", "200 /api/posts/1", "later", "9", "404 /api/posts"]],
  [{ path: "/api/post" }, ["9"]],
  [{ path: "/api/*/posts" }, ["Boom", "500 /api/public/posts", "9"]],
  [{ path: "/api/**", level: "error" }, ["Boom", "500 /api/public/posts", "9"]],
  [{ path: "/api/posts/*", level: "request" }, ["200 /api/posts/1", "9"]],
  [{ search: "boom" }, ["Boom", "9"]],
];
for (const [selection, expected] of cases) {
  Deno.test(`log records chosen by ${JSON.stringify(selection)}`, () => {
    assert.deepEqual(chosen(selection), expected);
  });
}

Deno.test("lines of requests that never end are bounded, and what was left out is said", () => {
  const lines = new RequestLines(recordTest({ status: "500" }));
  const out = Array.from(
    { length: 20_002 },
    (_, index) => lines.choose(line("info", "x", `r${index}`)),
  ).flat();
  assert.deepEqual(out.map(({ lost }) => lost?.records), [20_001]);
});

Deno.test("what is no level and no status is said", () => {
  assert.throws(() => recordTest({ level: "loud" }), { code: "LEVEL_INVALID" });
  for (
    const status of [
      ...["abc", "6xx", "50", "500-", "200,,300"],
      ...["500-400", "200,500-499", "-500", "4xx-5xx", "400-499-500", "400-600", "1e2", ""],
    ]
  ) {
    assert.throws(() => recordTest({ status }), { code: "STATUS_INVALID" }, status);
  }
});
