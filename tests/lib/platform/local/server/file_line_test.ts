import assert from "node:assert/strict";
import { join } from "@std/path";
import type { Line } from "../../../../../lib/platform/local/server/control_line.ts";
import { connectFiles, listenFiles } from "../../../../../lib/platform/local/server/file_line.ts";
import { FrameWriter, readFrames } from "../../../../../lib/platform/local/server/frames.ts";
import { until } from "./world.ts";

/** A folder for lines, with the names that are left in it. */
async function folder() {
  const path = join(await Deno.makeTempDir({ prefix: "edgespark-lines-" }), "calls");
  return {
    path,
    names: () => [...Deno.readDirSync(path)].map(({ name }) => name).sort(),
    [Symbol.asyncDispose]: () => Deno.remove(join(path, ".."), { recursive: true }),
  };
}

/** Serves every line with `serve` until the listener is closed. */
async function serving(path: string, serve: (line: Line) => Promise<void>) {
  const listener = await listenFiles(path);
  (async () => {
    for await (const line of listener) serve(line).finally(() => line.close());
  })();
  return listener;
}

async function echo(line: Line): Promise<void> {
  const { value } = await readFrames(line).next();
  await new FrameWriter(line).write({ kind: "json", value: { echo: value?.value } });
}

Deno.test("file lines: many callers at once, large messages too, and nothing is left behind", async () => {
  await using calls = await folder();
  const listener = await serving(calls.path, echo);
  const texts = ["Grüße", "", "x".repeat(3_000_000), ...Array.from({ length: 20 }, String)];
  await Promise.all(texts.map(async (text) => {
    const line = await connectFiles(calls.path);
    await new FrameWriter(line).write({ kind: "json", value: text });
    const { value } = await readFrames(line).next();
    assert.equal((value?.value as { echo: string }).echo === text, true, text.slice(0, 20));
    // The listener has closed: that is the end, and no error.
    assert.equal(await line.read(new Uint8Array(1)), null);
    line.close();
  }));
  await until(() => Promise.resolve(calls.names().join() === "listener"), 3_000);
  listener.close();
});

Deno.test("file lines: only this user may read them", async () => {
  await using calls = await folder();
  const listener = await serving(calls.path, echo);
  const line = await connectFiles(calls.path);
  for (const name of ["", ...calls.names()]) {
    const { mode } = await Deno.stat(join(calls.path, name));
    assert.equal((mode ?? 0) & 0o077, 0, name);
  }
  line.close();
  listener.close();
});

Deno.test("file lines: where nobody listens a caller is refused at once", async () => {
  await using calls = await folder();
  await assert.rejects(connectFiles(calls.path), Deno.errors.NotFound);
  const listener = await listenFiles(calls.path);
  await assert.rejects(listenFiles(calls.path), Deno.errors.AddrInUse);
  listener.close();
  await assert.rejects(connectFiles(calls.path), Deno.errors.ConnectionRefused);
  (await listenFiles(calls.path)).close();
});

Deno.test("file lines: what a killed listener left behind is no call to the next one", async () => {
  await using calls = await folder();
  await Deno.mkdir(calls.path);
  for (const name of ["listener", "a.call", "a.answer", "a.caller"]) {
    await Deno.writeTextFile(join(calls.path, name), "old");
  }
  let served = 0;
  const listener = await serving(calls.path, (line) => (served++, echo(line)));
  assert.deepEqual(calls.names(), ["listener"]);
  const line = await connectFiles(calls.path);
  await new FrameWriter(line).write({ kind: "json", value: 1 });
  await readFrames(line).next();
  assert.equal(served, 1);
  line.close();
  listener.close();
});

Deno.test("file lines: closing one's own side ends one's own reading", async () => {
  await using calls = await folder();
  const listener = await serving(calls.path, async (line) => {
    await line.read(new Uint8Array(1));
  });
  const line = await connectFiles(calls.path);
  const reading = line.read(new Uint8Array(1));
  line.close();
  await assert.rejects(reading);
  line.close();
  listener.close();
});

/** A process that runs this code with the module as `lines`, and says "ready" when it is there. */
async function elsewhere(code: string): Promise<Deno.ChildProcess> {
  const module = new URL(
    "../../../../../lib/platform/local/server/file_line.ts",
    import.meta.url,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", `const lines = await import(${JSON.stringify(module.href)}); ${code}`],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  assert.match(new TextDecoder().decode((await reader.read()).value), /ready/);
  await reader.cancel();
  return child;
}

Deno.test("file lines: a killed caller is noticed, and its files are removed", async () => {
  await using calls = await folder();
  const ended = Promise.withResolvers<number | null>();
  const listener = await serving(calls.path, async (line) => {
    await line.read(new Uint8Array(5));
    ended.resolve(await line.read(new Uint8Array(5)));
  });
  const child = await elsewhere(`
    const line = await lines.connectFiles(${JSON.stringify(calls.path)});
    await line.write(new Uint8Array(5)); console.log("ready"); setInterval(() => {}, 1000);`);
  child.kill("SIGKILL");
  await child.status;
  assert.equal(await ended.promise, null);
  await until(() => Promise.resolve(calls.names().join() === "listener"), 3_000);
  listener.close();
});

Deno.test("file lines: a killed listener is noticed, and whoever follows it is reached", async () => {
  await using calls = await folder();
  const child = await elsewhere(`
    const listener = await lines.listenFiles(${JSON.stringify(calls.path)});
    console.log("ready"); for await (const line of listener) { await line.read(new Uint8Array(1)); }`);
  const line = await connectFiles(calls.path);
  const reading = line.read(new Uint8Array(1));
  child.kill("SIGKILL");
  await child.status;
  assert.equal(await reading, null);
  await assert.rejects(connectFiles(calls.path), Deno.errors.ConnectionRefused);
  // The caller of the dead one still looks on.
  const listener = await serving(calls.path, echo);
  line.close();
  const next = await connectFiles(calls.path);
  await new FrameWriter(next).write({ kind: "json", value: "hello" });
  assert.deepEqual((await readFrames(next).next()).value?.value, { echo: "hello" });
  next.close();
  listener.close();
});
