import assert from "node:assert/strict";
import { checkBuckets, planBuckets } from "../../../lib/declare/buckets.ts";
import { Failure } from "../../../lib/failure.ts";
import type { DeclaredBucket } from "../../../lib/project/buckets.ts";

function bucket(name: string, description = "Files", exportName = "uploads"): DeclaredBucket {
  return { exportName, name, description, file: "server/src/defs/storage_schema.ts" };
}

const applied = (name: string, description = "Files") => ({ name, description, createdAt: 1 });

for (const name of ["abc", "task-covers", "a".repeat(63)]) {
  Deno.test(`a bucket may be called ${name.slice(0, 12)}`, () => checkBuckets([bucket(name)]));
}

for (
  const name of ["ab", "a".repeat(64), "Abc", "1abc", "abc-", "-abc", "a_b", "a b", "", "abc\n"]
) {
  Deno.test(`a bucket may not be called ${JSON.stringify(name).slice(0, 12)}`, () => {
    assert.throws(() => checkBuckets([bucket(name)]), { code: "BUCKET_INVALID", kind: "config" });
  });
}

Deno.test("a description has 1 to 1024 characters, counted as people do", () => {
  checkBuckets([bucket("abc", "\u{1F600}".repeat(1024))]);
  assert.throws(() => checkBuckets([bucket("abc", "x".repeat(1025))]), /1025 characters long/);
  assert.throws(() => checkBuckets([bucket("abc", " \n")]), /empty/);
});

Deno.test("every wrong bucket is told, and who had the name first", () => {
  const declared = [bucket("abc", "a", "one"), bucket("abc", "b", "two"), bucket("X", "", "three")];
  assert.throws(() => checkBuckets(declared), (error) => {
    assert(error instanceof Failure);
    const findings = error.details?.findings as { message: string }[];
    assert.deepEqual(findings.map((finding) => /`(two|three)`/.exec(finding.message)?.[1]), [
      "two",
      "three",
      "three",
    ]);
    assert.match(findings[0]!.message, /as `one` does/);
    return true;
  });
});

Deno.test("a plan says what comes, changes, goes and stays", async () => {
  const { plan, hash } = await planBuckets(
    [bucket("new-one", "Brand new"), bucket("same"), bucket("told", "Better words")],
    [applied("gone", "Old"), applied("same"), applied("told")],
    new Map([["gone", { objects: 3, bytes: 1234 }]]),
  );
  assert.deepEqual(plan, [
    { action: "remove", name: "gone", detail: "destroys 3 objects, 1234 bytes" },
    { action: "create", name: "new-one", detail: null },
    { action: "none", name: "same", detail: null },
    { action: "change", name: "told", detail: "new description" },
  ]);
  assert.match(hash, /^[0-9a-f]{16}$/);
});

Deno.test("a new name with the words of one that goes is told to be no rename", async () => {
  const { plan } = await planBuckets(
    [bucket("files", "All")],
    [applied("uploads", "All")],
    new Map(),
  );
  assert.deepEqual(plan.map((item) => [item.action, item.detail]), [
    ["create", "looks like `uploads` renamed; objects do not move"],
    ["remove", "empty"],
  ]);
});

Deno.test("the hash changes with the declaration, the state and what would be destroyed", async () => {
  const usage = (objects: number) => new Map([["gone", { objects, bytes: objects }]]);
  const hashes = await Promise.all([
    planBuckets([bucket("abc")], [applied("gone")], usage(1)),
    planBuckets([bucket("abc")], [applied("gone")], usage(2)),
    planBuckets([bucket("abc")], [], usage(1)),
    planBuckets([bucket("abc", "Other")], [applied("gone")], usage(1)),
  ].map(async (plan) => (await plan).hash));
  assert.equal(new Set(hashes).size, 4);
  const again = await planBuckets([bucket("abc")], [applied("gone")], usage(1));
  assert.equal(again.hash, hashes[0]);
});
