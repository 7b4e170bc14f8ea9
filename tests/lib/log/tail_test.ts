import assert from "node:assert/strict";
import { join } from "@std/path";
import { LogWriter } from "../../../lib/platform/local/log_writer.ts";
import type { LogRecord } from "../../../lib/platform/platform.ts";
import { say } from "../../support/say.ts";

/** A project with a log, whose server does not run. */
async function inLog(
  test: (world: {
    say(line: string[]): ReturnType<typeof say>;
    /** Appends to the log, as a server does. */
    write(...records: Partial<LogRecord>[]): void;
  }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "edgespark-log-" });
  const root = join(folder, "project");
  await Deno.mkdir(root);
  await Deno.writeTextFile(join(root, "edgespark.toml"), 'project_id = "test"\n');
  const writer = new LogWriter(join(root, ".edgespark", "local", "logs"));
  try {
    await test({
      say: (line) => say(["log", "tail", ...line], { cwd: root }),
      write(...records) {
        for (const record of records) {
          writer.record({
            time: new Date().toISOString(),
            level: "info",
            requestId: null,
            ...record,
          });
        }
      },
    });
  } finally {
    writer.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** The last object of a stream: the verdict. */
function verdict(out: string) {
  return JSON.parse(out.trim().split("\n").at(-1)!).assertion;
}

Deno.test("an expectation ends as soon as all texts came, and the program says 0", () =>
  inLog(async (log) => {
    log.write({ message: "old: ready" });
    const saying = log.say(["--expect", "ready", "--expect", "GET /api/x 200", "--for", "1h"]);
    const writing = setInterval(() => {
      log.write({ message: "now ready" });
      log.write({ level: "request", method: "GET", path: "/api/x", status: 200, ms: 1 });
    }, 20);
    const { code, out, err } = await saying;
    clearInterval(writing);
    assert.equal(code, 0, out + err);
    assert.doesNotMatch(out, /old: ready/);
    assert.match(out, /Expected and seen: "ready"\n/);
    assert.match(out, /The log is as it should be\n$/);
    assert.match(err, /does not run yet is waited for/);
  }));

Deno.test("what is missing at the end of the window is named, and the program says 1", () =>
  inLog(async (log) => {
    log.write({ message: "hello" });
    const { code, out } = await log.say(
      ["--since", "1h", "--expect", "hello", "--expect", "never", "--for", "50ms", "--json"],
    );
    assert.equal(code, 1);
    const { ok, expected } = verdict(out);
    assert.deepEqual(
      [ok, expected.map(({ record }: { record: LogRecord | null }) => record?.message ?? null)],
      [false, ["hello", null]],
    );
  }));

Deno.test("a forbidden text ends it at once with 1 and is shown; without it the window passes with 0", () =>
  inLog(async (log) => {
    const calm = await log.say(["--forbid", "Error", "--for", "50ms"]);
    assert.deepEqual([calm.code, calm.out.split("\n")[0]], [
      0,
      'Forbidden and not seen: "Error"',
    ]);
    const saying = log.say(["--forbid", "Oops", "--forbid", "TypeError", "--for", "1h"]);
    const writing = setInterval(
      () => log.write({ level: "error", message: "failed", stack: "TypeError: x\n    at y" }),
      20,
    );
    const { code, out } = await saying;
    clearInterval(writing);
    assert.equal(code, 1);
    assert.match(out, /Forbidden and not seen: "Oops"\n/);
    assert.match(out, /Forbidden and seen: "TypeError" in: .*ERR failed\n/);
  }));

Deno.test("both together: the expected text alone does not end the window", () =>
  inLog(async (log) => {
    log.write({ message: "ready" });
    const args = ["--since", "1h", "--expect", "ready", "--forbid", "broken"];
    const saying = log.say([...args, "--for", "1h"]);
    setTimeout(() => log.write({ message: "broken" }), 50);
    assert.equal((await saying).code, 1);
    const history = await log.say(["--no-follow", "--expect", "ready", "--forbid", "absent"]);
    assert.equal(history.code, 0, history.out);
  }));

Deno.test("a limit is one of what is printed: a proof sees the whole window", () =>
  inLog(async (log) => {
    log.write({ message: "one" }, { message: "two" }, { message: "boom" });
    const args = ["--since", "1h", "--limit", "1", "--for", "50ms"];
    const forbidden = await log.say([...args, "--forbid", "boom"]);
    assert.equal(forbidden.code, 1, forbidden.out);
    assert.match(forbidden.out, /^[^\n]* INF one\nForbidden and seen: "boom" in: .* boom\n/);
    const expected = await log.say([...args, "--expect", "boom"]);
    assert.equal(expected.code, 0, expected.out);
    assert.match(expected.out, /^[^\n]* INF one\nExpected and seen: "boom"\n/);
    const history = await log.say(["--no-follow", "--limit", "1", "--forbid", "one"]);
    assert.deepEqual([history.code, history.out.includes("INF two")], [1, false]);
    const followed = await log.say(["--since", "1h", "--limit", "2"]);
    assert.equal(followed.out.trim().split("\n").length, 2, "without a proof the limit ends it");
  }));

Deno.test("a gap in the log proves nothing about a forbidden text", () =>
  inLog(async (log) => {
    log.write({ level: "system", message: "5 log records were lost here", lost: { records: 5 } });
    const { code, out } = await log.say(["--no-follow", "--forbid", "Error", "--json"]);
    assert.equal(code, 1);
    assert.equal(verdict(out).gaps.length, 1);
    assert.equal(
      (await log.say(["--no-follow", "--forbid", "Error"])).out.includes("missing"),
      true,
    );
  }));

Deno.test("the newest records of history, from a moment, filtered", () =>
  inLog(async (log) => {
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    for (let minute = 0; minute < 30; minute++) {
      log.write({ time: at(minute), message: `m${minute}`, level: minute % 2 ? "info" : "error" });
    }
    const args = ["--no-follow", "--json", "--level", "error"];
    const read = async (...more: string[]) =>
      (await log.say([...args, ...more])).out.trim().split("\n").map((text) =>
        JSON.parse(text).message
      );
    assert.deepEqual(await read("--limit", "3"), ["m24", "m26", "m28"]);
    assert.deepEqual(await read("--since", at(25)), ["m26", "m28"]);
    for (const wrong of [["--since", "2026-99-01"], ["--limit", "0"], ["--expect", " "]]) {
      const { code, err } = await log.say([...args, ...wrong]);
      assert.equal(code, 2, `${wrong}: ${err}`);
    }
  }));
