import assert from "node:assert/strict";
import { copy } from "../../support/copy.ts";
import { applyStorage } from "../../../lib/declare/apply_storage.ts";
import { listBuckets } from "../../../lib/declare/list_buckets.ts";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import { openEnvironment } from "../../../lib/platform/local/server/environment.ts";
import { openProject } from "../../../lib/project/project.ts";
import { ROOT } from "../../support/fixtures.ts";
import { testSystem } from "../../support/system.ts";

const BEFORE = ["avatars", "old", "uploads"];
/** More than the apply has steps; the loop ends when a run was not killed any more. */
const MOST = 40;

async function open(cwd: string) {
  const system = testSystem({ cwd });
  const project = await openProject(system, undefined);
  return { system, project, platform: await openLocalPlatform(system, project) };
}

async function declare(cwd: string, names: string[]): Promise<void> {
  const { system, project, platform } = await open(cwd);
  await applyStorage(
    system,
    project,
    platform,
    { confirmDangerous: true, dryRun: false },
    () =>
      Promise.resolve(
        names.map((name) => ({ exportName: name, name, description: name, file: "x.ts" })),
      ),
  );
  platform.close();
}

/** Runs the change up to its n-th step; whether it was killed there. */
async function killedAt(cwd: string, point: number): Promise<boolean> {
  const { success, signal, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      `${ROOT}/tests/lib/declare/support/killed_apply.ts`,
      cwd,
      String(point),
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  assert(success || signal === "SIGKILL", new TextDecoder().decode(stderr));
  return !success;
}

/** "before" or "after", as the next command finds it; fails on anything else. */
async function stateOf(cwd: string): Promise<string> {
  const { system, project, platform } = await open(cwd);
  try {
    const rows = await listBuckets(system, project, platform);
    const objects = rows.map(({ name, objects }) => `${name} ${objects}`);
    if (rows.some(({ name }) => name === "old")) {
      assert.deepEqual(objects, ["avatars 0", "old 3", "uploads 2"]);
      return "before";
    }
    assert.deepEqual(objects, ["avatars 0", "fresh 0", "new 3"]);
    await assert.rejects(Deno.stat(`${project.state}/local/buckets/uploads`), Deno.errors.NotFound);
    return "after";
  } finally {
    platform.close();
  }
}

/** What the server does with its environment before it serves. */
async function startServer(cwd: string): Promise<void> {
  const { system, project, platform } = await open(cwd);
  const environment = openEnvironment(system, project);
  await environment.prepare();
  environment.close();
  assert.equal(await platform.buckets.unsettled(), false);
  platform.close();
}

Deno.test("a kill at any step of `storage apply` leaves everything before or everything after", async () => {
  const root = await Deno.makeTempDir();
  try {
    const start = `${root}/start/app`;
    await Deno.mkdir(start, { recursive: true });
    await Deno.writeTextFile(`${start}/edgespark.toml`, "");
    await declare(start, BEFORE);
    const { platform } = await open(start);
    for (const [bucket, keys] of [["uploads", ["a", "b"]], ["old", ["a", "b/c", "d"]]] as const) {
      for (const key of keys) await platform.objects.put(bucket, key, new Uint8Array(9), {});
    }
    platform.close();
    const states: string[] = [];
    for (let point = 0; point < MOST; point++) {
      const cwd = `${root}/${point}/app`;
      await copy(start, cwd);
      if (!await killedAt(cwd, point)) {
        assert.equal(await stateOf(cwd), "after");
        break;
      }
      // A server that starts first sees the same as a command.
      if (point % 2 === 1) await startServer(cwd);
      states.push(await stateOf(cwd));
      // And the way on is open.
      if (states.at(-1) === "before") assert(!await killedAt(cwd, MOST));
      assert.equal(await stateOf(cwd), "after");
    }
    assert(states.length > 8 && states.length < MOST, `${states.length} steps`);
    assert.deepEqual([...new Set(states)], ["before", "after"], "once it has happened it stays so");
    assert.equal(states.join().replace(/^(before,?)+(after,?)+$/, ""), "");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
