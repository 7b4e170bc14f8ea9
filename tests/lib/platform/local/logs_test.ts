import assert from "node:assert/strict";
import { LogWriter } from "../../../../lib/platform/local/log_writer.ts";
import { openLocalLogs } from "../../../../lib/platform/local/logs.ts";
import type { LogRecord } from "../../../../lib/platform/platform.ts";

function record(message: string, time = Date.now()): LogRecord {
  return { time: new Date(time).toISOString(), level: "info", requestId: null, message };
}

async function messages(folder: string, since: number): Promise<string[]> {
  const records = openLocalLogs(folder).tail({
    since,
    follow: false,
    signal: new AbortController().signal,
  });
  return (await Array.fromAsync(records)).map(({ message }) => message!);
}

Deno.test("history is read in order, from a moment on, and nothing is there before anything was written", async () => {
  const folder = await Deno.makeTempDir();
  assert.deepEqual(await messages(`${folder}/none`, 0), []);
  const writer = new LogWriter(folder);
  const now = Date.now();
  for (const [index, age] of [3000, 2000, 1000].entries()) {
    writer.record(record(`${index}`, now - age));
  }
  writer.close();
  assert.deepEqual(await messages(folder, 0), ["0", "1", "2"]);
  assert.deepEqual(await messages(folder, now - 2500), ["1", "2"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the log is bounded, and segments follow each other without a gap", async () => {
  const folder = await Deno.makeTempDir();
  const writer = new LogWriter(folder, { bytes: 500, segments: 3 });
  for (let index = 0; index < 100; index++) writer.record(record(`m${index}`));
  writer.close();
  const files = [...Deno.readDirSync(folder)];
  assert.equal(files.length, 3);
  for (const { name } of files) assert.ok(Deno.statSync(`${folder}/${name}`).size <= 500);
  const kept = await messages(folder, 0);
  assert.equal(kept.at(-1), "m99");
  assert.deepEqual(
    kept,
    Array.from({ length: kept.length }, (_, index) => `m${100 - kept.length + index}`),
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("many restarts cost no history, and nothing is put behind half a line", async () => {
  const folder = await Deno.makeTempDir();
  for (let start = 0; start < 12; start++) {
    const writer = new LogWriter(folder, { bytes: 10_000, segments: 3 });
    writer.record(record(`start ${start}`));
    writer.close();
  }
  assert.equal((await messages(folder, 0)).length, 12);
  await Deno.writeTextFile(`${folder}/1.ndjson`, '{"time":', { append: true });
  const writer = new LogWriter(folder);
  writer.record(record("after"));
  writer.close();
  assert.deepEqual(
    (await messages(folder, 0)).slice(-2).map((message) => /cut off|after/.exec(message)?.[0]),
    ["cut off", "after"],
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("following hears what is written later, across segments, and ends with the signal", async () => {
  const folder = await Deno.makeTempDir();
  const early = new LogWriter(folder, { bytes: 300, segments: 50 });
  early.record(record("before"));
  const stop = new AbortController();
  const heard: string[] = [];
  const reading = (async () => {
    for await (
      const { message } of openLocalLogs(folder).tail({
        since: null,
        follow: true,
        signal: stop.signal,
      })
    ) {
      heard.push(message!);
      if (heard.length === 12) stop.abort();
    }
  })();
  // The reader stands at the end before it first waits.
  await new Promise((resolve) => setTimeout(resolve, 0));
  for (let index = 0; index < 12; index++) {
    early.record(record(`live ${index}`));
    if (index % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await reading;
  early.close();
  assert.deepEqual(heard, Array.from({ length: 12 }, (_, index) => `live ${index}`));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what was lost is said: a record that was cut off, segments that went away", async () => {
  const folder = await Deno.makeTempDir();
  const whole = JSON.stringify(record("whole"));
  await Deno.writeTextFile(`${folder}/1.ndjson`, `${whole}\n${whole.slice(0, 20)}`);
  await Deno.writeTextFile(`${folder}/4.ndjson`, `${JSON.stringify(record("later"))}\nno json\n`);
  const [first, cut, missing, later, broken, ...rest] = await messages(folder, 0);
  assert.equal(first, "whole");
  assert.match(cut!, /cut off/);
  assert.match(missing!, /missing/);
  assert.equal(later, "later");
  assert.match(broken!, /not whole/);
  assert.deepEqual(rest, []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("from a moment on, gaps count that may lie behind it, and no older ones", async () => {
  const folder = await Deno.makeTempDir();
  const now = Date.now();
  const line = (message: string, age: number, more = {}) =>
    `${JSON.stringify({ ...record(message, now - age), ...more })}\n`;
  await Deno.writeTextFile(
    `${folder}/1.ndjson`,
    line("old", 9000) + line("a flood", 8000, { lost: { records: 5 } }) + "no json\n" +
      line("older", 7000) + "no json\n" + line("new", 1000) +
      line("a new flood", 900, { lost: {} }),
  );
  const told = async (since: number) =>
    (await messages(folder, since)).map((text) => /not whole/.exec(text)?.[0] ?? text);
  assert.deepEqual(await told(now - 2000), ["not whole", "new", "a new flood"]);
  assert.equal((await told(0)).length, 7);
  assert.deepEqual(await told(now), []);
  await Deno.writeTextFile(`${folder}/1.ndjson`, "no json\n", { append: true });
  assert.deepEqual(await told(now), ["not whole"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a last record that was cut off is told, also when no server came after it", async () => {
  const folder = await Deno.makeTempDir();
  const whole = JSON.stringify(record("whole"));
  await Deno.writeTextFile(`${folder}/1.ndjson`, `${whole}\n${whole.slice(0, 20)}`);
  const [first, cut, ...rest] = await messages(folder, 0);
  assert.equal(first, "whole");
  assert.match(cut!, /cut off/);
  assert.deepEqual(rest, []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test(
  "a disk that takes nothing ends no server; what was lost is counted and said when it takes again",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    const folder = await Deno.makeTempDir();
    await Deno.symlink("/dev/full", `${folder}/1.ndjson`);
    const writer = new LogWriter(folder);
    for (let index = 0; index < 7; index++) writer.record(record(`lost ${index}`));
    await Deno.remove(`${folder}/1.ndjson`);
    writer.record(record("after"));
    writer.close();
    const tail = openLocalLogs(folder).tail({
      since: 0,
      follow: false,
      signal: new AbortController().signal,
    });
    const [gap, after, ...rest] = await Array.fromAsync(tail);
    assert.equal(gap!.lost?.records, 7);
    assert.match(gap!.message!, /^7 log records \(\d+ bytes\) were lost here/);
    assert.equal(after!.message, "after");
    assert.deepEqual(rest, []);
    await Deno.remove(folder, { recursive: true });
  },
);

Deno.test("a folder that cannot be made ends no server either", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/logs`, "a file where the folder belongs");
  const writer = new LogWriter(`${folder}/logs`);
  writer.record(record("lost"));
  await Deno.remove(`${folder}/logs`);
  writer.record(record("after"));
  writer.close();
  assert.deepEqual(
    (await messages(`${folder}/logs`, 0)).map((text) => /^1 log records|after/.exec(text)?.[0]),
    ["1 log records", "after"],
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("files that are removed under the server are told, and what comes later is kept", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const folder = await Deno.makeTempDir();
  const writer = new LogWriter(`${folder}/logs`);
  writer.record(record("before"));
  await Deno.remove(`${folder}/logs`, { recursive: true });
  writer.record(record("after"));
  writer.close();
  assert.deepEqual(
    (await messages(`${folder}/logs`, 0)).map((text) => /were removed here|after/.exec(text)?.[0]),
    ["were removed here", "after"],
  );
  await Deno.remove(folder, { recursive: true });
});
