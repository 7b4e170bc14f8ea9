import assert from "node:assert/strict";
import { applyStorage } from "../../../lib/declare/apply_storage.ts";
import { Failure } from "../../../lib/failure.ts";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import { localPaths } from "../../../lib/platform/local/paths.ts";
import type { Platform } from "../../../lib/platform/platform.ts";
import type { DeclaredBucket } from "../../../lib/project/buckets.ts";
import { openProject } from "../../../lib/project/project.ts";
import { testSystem } from "../../support/system.ts";

/** Applies declared buckets to a real local platform in a folder of its own. */
async function withStorage(
  work: (
    apply: (
      names: string[],
      options?: { confirmDangerous?: boolean; dryRun?: boolean },
    ) => ReturnType<typeof applyStorage>,
    platform: Platform,
    folder: string,
    state: string,
  ) => Promise<void>,
): Promise<void> {
  const cwd = await Deno.makeTempDir();
  await Deno.writeTextFile(`${cwd}/edgespark.toml`, "");
  const system = testSystem({ cwd, env: { EDGESPARK_STATE_DIR: `${cwd}/state` } });
  const project = await openProject(system, undefined);
  const platform = await openLocalPlatform(system, project);
  try {
    await work(
      (names, { confirmDangerous = false, dryRun = false } = {}) => {
        const declared = names.map((name): DeclaredBucket => ({
          exportName: name,
          name,
          description: `All ${name}`,
          file: "x.ts",
        }));
        return applyStorage(
          system,
          project,
          platform,
          { confirmDangerous, dryRun },
          () => Promise.resolve(declared),
        );
      },
      platform,
      localPaths(project).buckets,
      project.state,
    );
  } finally {
    platform.close();
    await Deno.remove(cwd, { recursive: true });
  }
}

const actions = (plan: { action: string; name: string }[]) =>
  plan.map(({ action, name }) => `${action} ${name}`);

Deno.test("a dry run shows the plan and touches nothing; applying twice changes nothing", () =>
  withStorage(async (apply, platform, _, state) => {
    const dry = await apply(["uploads", "avatars"], { dryRun: true });
    assert.deepEqual(actions(dry.plan), ["create avatars", "create uploads"]);
    assert.equal(dry.applied, false);
    await assert.rejects(Deno.stat(state), Deno.errors.NotFound);
    const first = await apply(["uploads", "avatars"]);
    assert.deepEqual([first.applied, first.hash], [true, dry.hash]);
    const before = await platform.buckets.list();
    const second = await apply(["uploads", "avatars"]);
    assert.deepEqual(actions(second.plan), ["none avatars", "none uploads"]);
    assert.deepEqual(await platform.buckets.list(), before);
  }));

Deno.test("a removal is refused with what it destroys, whole; with the flag it goes with its objects", () =>
  withStorage(async (apply, platform, folder) => {
    await apply(["uploads", "avatars"]);
    const { createDiskStore } = await import("../../../lib/platform/local/app/objects.ts");
    const store = createDiskStore(folder);
    for (const key of ["a/b.txt", "c.txt"]) await store.put("uploads", key, new Uint8Array(10), {});
    await assert.rejects(apply(["avatars", "new-one"]), (error) => {
      assert(error instanceof Failure);
      assert.deepEqual([error.kind, error.code], ["failed", "BUCKET_REMOVAL"]);
      assert.match(error.message, /`uploads` \(destroys 2 objects, 20 bytes\)/);
      assert.match(error.hint!, /--confirm-dangerous/);
      return true;
    });
    assert.deepEqual((await platform.buckets.list()).map(({ name }) => name), [
      "avatars",
      "uploads",
    ]);
    assert.deepEqual(await platform.buckets.usage("uploads"), { objects: 2, bytes: 20 });
    await apply(["avatars", "new-one"], { confirmDangerous: true });
    assert.deepEqual((await platform.buckets.list()).map(({ name }) => name), [
      "avatars",
      "new-one",
    ]);
    await assert.rejects(Deno.stat(`${folder}/uploads`), Deno.errors.NotFound);
  }));

Deno.test("an invalid declaration is refused before anything is compared", () =>
  withStorage(async (apply, platform) => {
    await assert.rejects(apply(["ok-name", "Not OK"]), { code: "BUCKET_INVALID", kind: "config" });
    assert.deepEqual(await platform.buckets.list(), []);
  }));
