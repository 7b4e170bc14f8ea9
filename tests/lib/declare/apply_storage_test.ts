import assert from "node:assert/strict";
import { applyStorage, type ApplyStorageOptions } from "../../../lib/declare/apply_storage.ts";
import type { AppliedPlan } from "../../../lib/declare/plan.ts";
import { Failure } from "../../../lib/failure.ts";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import { localPaths } from "../../../lib/platform/local/paths.ts";
import type { Platform } from "../../../lib/platform/platform.ts";
import type { DeclaredBucket } from "../../../lib/project/buckets.ts";
import { openProject } from "../../../lib/project/project.ts";
import { testSystem } from "../../support/system.ts";

interface Storage {
  apply(names: string[], options?: Partial<ApplyStorageOptions>): Promise<AppliedPlan>;
  platform: Platform;
  /** Where the buckets lie. */
  folder: string;
  state: string;
  put(bucket: string, key: string, text: string): Promise<void>;
  get(bucket: string, key: string): Promise<string | null>;
  names(): Promise<string[]>;
}

/** A real local platform in a folder of its own. */
async function withStorage(work: (storage: Storage) => Promise<void>): Promise<void> {
  const cwd = await Deno.makeTempDir();
  await Deno.writeTextFile(`${cwd}/edgespark.toml`, "");
  const system = testSystem({ cwd, env: { EDGESPARK_STATE_DIR: `${cwd}/state` } });
  const project = await openProject(system, undefined);
  const platform = await openLocalPlatform(system, project);
  const bytes = (text: string) => new TextEncoder().encode(text);
  try {
    await work({
      apply(names, options = {}) {
        const declared = names.map((name): DeclaredBucket => ({
          exportName: name,
          name,
          description: `All ${name}`,
          file: "x.ts",
        }));
        const all = { confirmDangerous: false, dryRun: false, ...options };
        return applyStorage(system, project, platform, all, () => Promise.resolve(declared));
      },
      platform,
      folder: localPaths(project).buckets,
      state: project.state,
      put: (bucket, key, text) => platform.objects.put(bucket, key, bytes(text), {}),
      async get(bucket, key) {
        const object = await platform.objects.open(bucket, key);
        return object && new TextDecoder().decode(await object.bytes());
      },
      names: async () => (await platform.buckets.list()).map(({ name }) => name),
    });
  } finally {
    platform.close();
    await Deno.remove(cwd, { recursive: true });
  }
}

const actions = (plan: { action: string; name: string }[]) =>
  plan.map(({ action, name }) => `${action} ${name}`);

const refused = (kind: string, code: string, check: (failure: Failure) => void = () => {}) =>
(
  error: unknown,
) => {
  assert(error instanceof Failure, String(error));
  assert.deepEqual([error.kind, error.code], [kind, code]);
  check(error);
  return true;
};

Deno.test("a dry run shows the plan and touches nothing; applying twice changes nothing", () =>
  withStorage(async ({ apply, platform, state }) => {
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
  withStorage(async ({ apply, platform, folder, put, names }) => {
    await apply(["uploads", "avatars"]);
    for (const key of ["a/b.txt", "c.txt"]) await put("uploads", key, "0123456789");
    const dry = await apply(["avatars", "new-one"], { dryRun: true });
    await assert.rejects(
      apply(["avatars", "new-one"]),
      refused("failed", "BUCKET_REMOVAL", (failure) => {
        assert.match(failure.message, /`uploads` \(destroys 2 objects, 20 bytes\)/);
        assert.equal(
          failure.hint,
          `If that is meant, run \`edgespark storage apply --plan ${dry.hash} --confirm-dangerous\``,
        );
        assert.match(String(failure.details!.lines), /--rename uploads:new-one/);
      }),
    );
    assert.deepEqual(await names(), ["avatars", "uploads"]);
    const { objects, bytes } = await platform.buckets.usage("uploads");
    assert.deepEqual([objects, bytes], [2, 20]);
    await apply(["avatars", "new-one"], { confirmDangerous: true });
    assert.deepEqual(await names(), ["avatars", "new-one"]);
    await assert.rejects(Deno.stat(`${folder}/uploads`), Deno.errors.NotFound);
    assert.equal(await platform.buckets.unsettled(), false);
  }));

Deno.test("`--plan` applies exactly that plan, and needs the opt-in as well", () =>
  withStorage(async ({ apply, put, names }) => {
    await apply(["uploads", "avatars"]);
    await put("uploads", "a", "x");
    const { hash: plan } = await apply(["avatars"], { dryRun: true });
    await assert.rejects(apply(["avatars"], { plan }), refused("failed", "BUCKET_REMOVAL"));
    const done = await apply(["avatars"], { plan, confirmDangerous: true });
    assert.deepEqual([done.hash, done.applied, await names()], [plan, true, ["avatars"]]);
    await assert.rejects(
      apply(["avatars"], { plan, confirmDangerous: true }),
      refused(
        "conflict",
        "PLAN_CHANGED",
        ({ message }) => assert.match(message, /nothing is left/),
      ),
    );
  }));

const CHANGES: [string, (storage: Storage) => Promise<unknown>][] = [
  ["an object more", ({ put }) => put("uploads", "b", "x")],
  ["an object less", ({ platform }) => platform.objects.delete("uploads", ["a"])],
  ["another object of the same size", ({ put }) => put("uploads", "a", "y")],
  ["another bucket", ({ apply }) => apply(["uploads", "avatars", "more"])],
];

for (const [what, change] of CHANGES) {
  Deno.test(`a plan that removes is refused after ${what}`, () =>
    withStorage(async (storage) => {
      const { apply, put, names } = storage;
      await apply(["uploads", "avatars"]);
      await put("uploads", "a", "x");
      const { hash: plan } = await apply(["avatars"], { dryRun: true });
      await change(storage);
      const before = await names();
      await assert.rejects(
        apply(["avatars"], { plan, confirmDangerous: true }),
        refused("conflict", "PLAN_CHANGED", ({ hint, details }) => {
          assert.match(hint!, /edgespark storage apply --dry-run/);
          assert.notEqual(details!.hash, plan);
        }),
      );
      assert.deepEqual(await names(), before);
    }));
}

Deno.test("objects that come while a bucket goes stop the removal, and nothing is lost", () =>
  withStorage(async ({ apply, platform, put, get, names }) => {
    await apply(["uploads", "avatars"]);
    await put("uploads", "a", "old");
    const usage = platform.buckets.usage;
    // After the bucket was looked at, before it is moved aside.
    platform.buckets.usage = async (name) => {
      const found = await usage(name);
      await put("uploads", "late", "late");
      return found;
    };
    await assert.rejects(
      apply(["avatars", "more"], { confirmDangerous: true }),
      refused("conflict", "PLAN_CHANGED"),
    );
    assert.deepEqual(await names(), ["avatars", "uploads"]);
    assert.deepEqual([await get("uploads", "a"), await get("uploads", "late")], ["old", "late"]);
    assert.equal(await platform.buckets.unsettled(), false);
  }));

Deno.test("a rename keeps the objects; without it the new bucket is empty", () =>
  withStorage(async ({ apply, put, get, names, platform }) => {
    await apply(["uploads", "avatars"]);
    await put("uploads", "a/b", "kept");
    const [before] = (await platform.buckets.list()).filter(({ name }) => name === "uploads");
    const { plan } = await apply(["files", "avatars"], { renames: ["uploads:files"] });
    assert.deepEqual(actions(plan), ["none avatars", "change files"]);
    assert.deepEqual(await names(), ["avatars", "files"]);
    assert.deepEqual([await get("files", "a/b"), await get("uploads", "a/b")], ["kept", null]);
    const [after] = (await platform.buckets.list()).filter(({ name }) => name === "files");
    assert.deepEqual([after!.createdAt, after!.description], [before!.createdAt, "All files"]);
    // The store that had the old bucket open knows the new one, and a next one of the old name.
    const list = async (bucket: string) =>
      (await platform.objects.list(bucket, { prefix: "", delimiter: null, after: null, limit: 9 }))
        .objects.map(({ key }) => key);
    assert.deepEqual(await list("files"), ["a/b"]);
    await apply(["files", "avatars", "uploads"]);
    assert.deepEqual(await list("uploads"), []);
    await put("uploads", "new", "x");
    assert.deepEqual([await list("uploads"), await list("files")], [["new"], ["a/b"]]);
  }));

Deno.test("a bucket that is made again begins empty, whatever an upload left behind", () =>
  withStorage(async ({ apply, put, get }) => {
    await apply(["avatars"]);
    await put("uploads", "ghost", "x");
    await apply(["avatars", "uploads"]);
    assert.equal(await get("uploads", "ghost"), null);
  }));

Deno.test("an invalid declaration is refused before anything is compared", () =>
  withStorage(async ({ apply, names }) => {
    await assert.rejects(apply(["ok-name", "Not OK"]), { code: "BUCKET_INVALID", kind: "config" });
    assert.deepEqual(await names(), []);
  }));
