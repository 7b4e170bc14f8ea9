import assert from "node:assert/strict";
import { transferProgress } from "../../../lib/cli/progress.ts";
import type { Cli } from "../../../lib/cli/cli.ts";
import { getObject } from "../../../lib/declare/get_object.ts";
import { putObject } from "../../../lib/declare/put_object.ts";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import { localPaths } from "../../../lib/platform/local/paths.ts";
import type { Platform } from "../../../lib/platform/platform.ts";
import type { System } from "../../../lib/ports/system.ts";
import { openProject, type Project } from "../../../lib/project/project.ts";
import { testSystem } from "../../support/system.ts";

const MEGABYTE = 1024 * 1024;
const quiet = () => {};

async function world(
  work: (
    world: { system: System; project: Project; platform: Platform; abort: () => void; cwd: string },
  ) => Promise<void>,
): Promise<void> {
  const cwd = await Deno.makeTempDir();
  await Deno.writeTextFile(`${cwd}/edgespark.toml`, "");
  const system = testSystem({ cwd });
  const project = await openProject(system, undefined);
  const platform = await openLocalPlatform(system, project);
  try {
    await platform.buckets.apply({
      create: [{ name: "uploads", description: "Files" }],
      change: [],
      remove: [],
      rename: [],
    });
    await work({ system, project, platform, abort: system.abort, cwd });
  } finally {
    platform.close();
    await Deno.remove(cwd, { recursive: true });
  }
}

/** Chunks that are made when they are asked for; `at` is called before each. */
function chunks(count: number, at: (index: number) => void): ReadableStream<Uint8Array> {
  let index = 0;
  return new ReadableStream({
    pull(controller) {
      if (index === count) return controller.close();
      at(index);
      controller.enqueue(new Uint8Array(MEGABYTE).fill(index++));
    },
  }, { highWaterMark: 0 });
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = Deno.readDir(folder);
  return (await Array.fromAsync(entries).catch(() => [])).map(({ name }) => name);
}

/** Bytes of all files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    size += isDirectory ? await sizeOf(path) : (await Deno.stat(path)).size;
  }
  return size;
}

Deno.test("a long transfer streams: it counts as it goes, and the bytes are the same", () =>
  world(async ({ system, project, platform, cwd }) => {
    const asked: number[] = [];
    let ahead = 0;
    const source = chunks(24, (index) => asked.push(index));
    const seen: number[] = [];
    await putObject(
      { ...system, streams: { ...system.streams, stdin: () => source } },
      project,
      platform,
      {
        file: "-",
        address: "uploads/large",
        metadata: {},
        force: false,
        onProgress: (done, total) => {
          seen.push(done);
          assert.equal(total, null);
          ahead = Math.max(ahead, asked.length - seen.length);
        },
      },
    );
    assert.deepEqual([seen.length, seen.at(-1)], [24, 24 * MEGABYTE]);
    assert(ahead < 8, `${ahead} chunks were read ahead`);
    const totals = new Set<number | null>();
    const onProgress = (_: number, total: number | null) => void totals.add(total);
    const options = { address: "uploads/large", file: "back", force: false, onProgress };
    await getObject(system, project, platform, options);
    const back = await Deno.readFile(`${cwd}/back`);
    assert.equal(back.length, 24 * MEGABYTE);
    for (let at = 0; at < 24; at++) assert.equal(back[at * MEGABYTE + 5], at);
    assert.deepEqual([...totals], [24 * MEGABYTE]);
  }));

for (const why of ["the source fails", "it is interrupted"]) {
  Deno.test(`a put leaves nothing when ${why}`, () =>
    world(async ({ system, project, platform, abort }) => {
      const source = chunks(9, (index) => {
        if (index !== 4) return;
        if (why === "it is interrupted") return abort();
        throw new Error("The pipe broke");
      });
      const streams = { ...system.streams, stdin: () => source };
      const options = { file: "-", address: "uploads/a", metadata: {}, force: false };
      await assert.rejects(
        putObject({ ...system, streams }, project, platform, { ...options, onProgress: quiet }),
      );
      assert.equal(await platform.objects.head("uploads", "a"), null);
      // However the store lays its files out: none of the chunks is left.
      assert((await sizeOf(localPaths(project).buckets)) < MEGABYTE);
    }));
}

Deno.test("a get that is interrupted leaves no file", () =>
  world(async ({ system, project, platform, abort, cwd }) => {
    await platform.objects.put("uploads", "a", new Uint8Array(4 * MEGABYTE), {});
    await Deno.mkdir(`${cwd}/out`);
    const options = { address: "uploads/a", file: "out/a", force: false, onProgress: abort };
    await assert.rejects(getObject(system, project, platform, options));
    assert.deepEqual(await namesIn(`${cwd}/out`), []);
  }));

Deno.test("a file that comes during a get is not overwritten", () =>
  world(async ({ system, project, platform, cwd }) => {
    await platform.objects.put("uploads", "a", new Uint8Array(3), {});
    const onProgress = () => Deno.writeTextFileSync(`${cwd}/a`, "mine");
    const options = { address: "uploads/a", file: "a", force: false, onProgress };
    await assert.rejects(getObject(system, project, platform, options), { code: "FILE_EXISTS" });
    assert.equal(await Deno.readTextFile(`${cwd}/a`), "mine");
    assert.deepEqual((await namesIn(cwd)).filter((name) => name.endsWith(".tmp")), []);
  }));

Deno.test("progress is spoken of after a while, now and then, and only to a person", () => {
  const said: string[] = [];
  let now = 0;
  const cli = (interactive: boolean) =>
    ({
      interactive,
      system: { clock: { now: () => now } },
      step: (text: string) => void said.push(text),
    }) as unknown as Cli;
  const alone = transferProgress(cli(false), "Sent");
  const progress = transferProgress(cli(true), "Sent");
  for (now = 0; now <= 5000; now += 100) {
    alone(now * 1000, 5_000_000);
    progress(now * 1000, now < 2000 ? null : 5_000_000);
  }
  assert.deepEqual(said, ["Sent 1.0 MB", "Sent 3.0 MB of 5.0 MB (60 %)"]);
});
