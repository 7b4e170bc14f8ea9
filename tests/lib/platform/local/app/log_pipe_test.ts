import assert from "node:assert/strict";
import { LogBatch } from "../../../../../lib/platform/local/app/log_batch.ts";
import { LogPipe, TEXT_LIMIT } from "../../../../../lib/platform/local/app/log_pipe.ts";
import { LogRelay } from "../../../../../lib/platform/local/app/log_relay.ts";
import { StackMaps } from "../../../../../lib/platform/local/app/stack_maps.ts";
import { recordsOf } from "./support/world.ts";
import type { LogRecord } from "../../../../../lib/platform/platform.ts";

function record(message: string): LogRecord {
  return { time: new Date().toISOString(), level: "info", requestId: "r", message };
}

Deno.test("nothing leaves unmasked: message, stack and path", () => {
  const sent: LogRecord[] = [];
  const pipe = new LogPipe(
    { TOKEN: "sk-very-secret" },
    new StackMaps(),
    (lines) => sent.push(...recordsOf(lines)),
  );
  pipe.sink({
    ...record("is sk-very-secret"),
    stack: "Error: sk-very-secret",
    path: "/x/sk-very-secret",
  });
  pipe.flush();
  assert.doesNotMatch(JSON.stringify(sent), /sk-very/);
  assert.equal(sent[0]!.path, "/x/[secret TOKEN]");
  pipe.learn({ OTHER: "another-value" });
  pipe.sink(record("another-value"));
  pipe.flush();
  assert.equal(sent[1]!.message, "[secret OTHER]");
});

Deno.test("a text that is too long is cut, says by how much, and no part of a value is left at the cut", () => {
  const sent: LogRecord[] = [];
  const secret = "sk-" + "0123456789".repeat(20);
  const pipe = new LogPipe(
    { TOKEN: secret },
    new StackMaps(),
    (lines) => sent.push(...recordsOf(lines)),
  );
  for (let shift = 0; shift < 2 * secret.length; shift += 7) {
    // Values all along the text, so that one lies across each place where something is cut.
    pipe.sink(record("x".repeat(shift) + `${secret}|`.repeat(1000)));
  }
  pipe.flush();
  assert.equal(sent.length, 58);
  for (const { message } of sent) {
    assert.match(message!, /\[\d+ more characters were cut off\]$/);
    assert.ok(message!.length <= TEXT_LIMIT + 60);
    assert.doesNotMatch(message!, /sk-0|6789/);
  }
});

Deno.test("a flood of 100,000 lines is counted to the last one", () => {
  const sent: LogRecord[] = [];
  let time = 0;
  const batch = new LogBatch((lines) => sent.push(...recordsOf(lines)), undefined, () => time);
  for (let line = 0; line < 100_000; line++) batch.add(record(`line ${line}`));
  time = 1_500;
  batch.add(record("after"));
  batch.flush();
  const gaps = sent.filter(({ lost }) => lost);
  const lines = sent.filter(({ message }) => /^line/.test(message!));
  assert.equal(lines.length, 50_000);
  assert.deepEqual(gaps.map(({ lost, level }) => [lost!.records, level]), [[50_000, "system"]]);
  assert.deepEqual(sent.slice(-2).map(({ message }) => message!.slice(0, 12)), [
    "50000 log re",
    "after",
  ]);
});

Deno.test("in a flood of lines each request still has its closing record, and errors have room", () => {
  const sent: LogRecord[] = [];
  const batch = new LogBatch((lines) => sent.push(...recordsOf(lines)), undefined, () => 0);
  for (let line = 0; line < 60_000; line++) batch.add(record(`line ${line}`));
  batch.add({ ...record(""), message: undefined, level: "request", path: "/api/x", status: 500 });
  for (let error = 0; error < 1_100; error++) {
    batch.add({ ...record(`error ${error}`), level: "error" });
  }
  batch.flush();
  const count = (level: string) => sent.filter((one) => one.level === level).length;
  assert.deepEqual([count("info"), count("request"), count("error")], [50_000, 1, 1_000]);
  assert.equal(sent.find(({ lost }) => lost)!.lost!.records, 10_100);
});

Deno.test("the number of what was left out does not wait for another record", async () => {
  const { promise, resolve } = Promise.withResolvers<LogRecord[]>();
  const sent: LogRecord[] = [];
  const batch = new LogBatch((lines, records) => {
    const all = recordsOf(lines);
    assert.equal(all.length, records);
    sent.push(...all);
    if (all.some(({ lost }) => lost)) resolve(sent);
  }, { records: 2, characters: 1000 });
  for (let line = 0; line < 5; line++) batch.add(record("x"));
  assert.deepEqual((await promise).map(({ lost }) => lost?.records), [undefined, undefined, 3]);
});

Deno.test("when the supervisor is slow, what is left out is counted and said", async () => {
  const lines: LogRecord[] = [];
  const writer = {
    waiting: 0,
    open: Promise.withResolvers<void>(),
    async write(frame: { kind: string; lines?: Uint8Array }) {
      const text = new TextDecoder().decode(frame.lines);
      this.waiting += text.length;
      await this.open.promise;
      this.waiting -= text.length;
      lines.push(...text.trim().split("\n").map((line) => JSON.parse(line)));
    },
  };
  const relay = new LogRelay(writer as never, 1000);
  const sending = Array.from(
    { length: 50 },
    (_, index) =>
      relay.send(new TextEncoder().encode(JSON.stringify(record(`m${index}`)) + "\n"), 1),
  );
  writer.open.resolve();
  await Promise.all(sending);
  const lost = lines.reduce((sum, { lost }) => sum + (lost?.records ?? 0), 0);
  const passed = lines.filter(({ lost }) => !lost).length;
  assert.ok(lost > 0 && passed > 0);
  assert.equal(lost + passed, 50);
});

Deno.test("lines of every length come whole and in order, whatever characters they are of", () => {
  const sent: string[] = [];
  let messages = 0;
  const batch = new LogBatch((lines, records) => {
    const all = recordsOf(lines);
    assert.equal(all.length, records);
    messages++;
    sent.push(...all.map(({ message }) => message!));
  }, { records: Infinity, characters: Infinity });
  const said = Array.from(
    { length: 400 },
    (_, index) =>
      `${index} ${
        ["x", "\u00e4", "\u{1f600}", "\n", "\ud800"][index % 5]!.repeat((index * 97) % 9000)
      }`,
  );
  for (const message of said) batch.add(record(message));
  batch.flush();
  batch.flush();
  assert.deepEqual(sent, said);
  assert.ok(messages > 10 && messages < said.length, `${messages}`);
});
