import assert from "node:assert/strict";
import { readRenames } from "../../../lib/declare/bucket_renames.ts";
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
    new Map([["gone", { objects: 3, bytes: 1234, fingerprint: "f" }]]),
  );
  assert.deepEqual(plan, [
    {
      action: "remove",
      name: "gone",
      detail: "destroys 3 objects, 1234 bytes",
      objects: 3,
      bytes: 1234,
    },
    {
      action: "create",
      name: "new-one",
      detail:
        "a new, empty bucket; if this is a rename, `edgespark storage apply --rename gone:new-one` keeps the objects of `gone`",
    },
    { action: "none", name: "same", detail: null },
    { action: "change", name: "told", detail: "new description" },
  ]);
  assert.match(hash, /^[0-9a-f]{16}$/);
});

for (
  const [what, names, advised] of [
    ["the same words", ["other", "uploads"], "uploads"],
    ["a name like it", ["other", "fil"], "fil"],
    ["the only one that goes", ["other"], "other"],
    ["one of several that go", ["other", "another"], null],
  ] as const
) {
  Deno.test(`a new bucket and ${what}: ${advised ? "told how to rename" : "nothing is guessed"}`, async () => {
    const { plan } = await planBuckets(
      [bucket("files", "All")],
      names.map((name) => applied(name, name === "uploads" ? "All" : name)),
      new Map(),
    );
    const detail = plan.find((item) => item.action === "create")!.detail;
    if (advised) assert.match(detail!, new RegExp(`--rename ${advised}:files`));
    else assert.equal(detail, null);
  });
}

Deno.test("a rename is a change that tells what it keeps", async () => {
  const { plan } = await planBuckets(
    [bucket("files")],
    [applied("uploads")],
    new Map([["uploads", { objects: 1, bytes: 1, fingerprint: "f" }]]),
    new Map([["files", "uploads"]]),
  );
  assert.deepEqual(plan, [{
    action: "change",
    name: "files",
    detail: "renamed from `uploads`, keeps 1 object, 1 byte",
    from: "uploads",
    objects: 1,
    bytes: 1,
  }]);
});

const RENAMES: [string, string[], RegExp, RegExp][] = [
  ["no colon", ["uploads"], /not of the form/, /uploads:files/],
  ["no new name", ["uploads:"], /not of the form/, /uploads:files/],
  ["three names", ["a:b:c"], /not of the form/, /uploads:files/],
  ["an old name that is not applied", ["upload:files"], /not applied/, /Did you mean `uploads`/],
  ["an old name that is still declared", ["kept:files"], /still declared/, /new name first/],
  ["a new name that is not declared", ["uploads:fils"], /not declared/, /Declare `fils`/],
  ["a new name that exists", ["uploads:kept"], /exists already/, /another name/],
  ["a bucket twice", ["uploads:files", "uploads:more"], /second time/, /once/],
];

for (const [what, asked, problem, hint] of RENAMES) {
  Deno.test(`a rename is refused: ${what}`, () => {
    const declared = [bucket("files"), bucket("more"), bucket("kept")];
    assert.throws(
      () => readRenames(asked, declared, [applied("uploads"), applied("kept")]),
      (error) => {
        assert(error instanceof Failure);
        assert.deepEqual([error.kind, error.code], ["usage", "RENAME_INVALID"]);
        assert.match(error.message, problem);
        assert.match(error.hint!, hint);
        return true;
      },
    );
  });
}

Deno.test("the hash changes with the declaration, the state and what would be destroyed", async () => {
  const usage = (objects: number, fingerprint = "f") =>
    new Map([["gone", { objects, bytes: objects, fingerprint }]]);
  const hashes = await Promise.all([
    planBuckets([bucket("abc")], [applied("gone")], usage(1)),
    planBuckets([bucket("abc")], [applied("gone")], usage(2)),
    planBuckets([bucket("abc")], [applied("gone")], usage(1, "other objects")),
    planBuckets([bucket("abc")], [], usage(1)),
    planBuckets([bucket("abc", "Other")], [applied("gone")], usage(1)),
  ].map(async (plan) => (await plan).hash));
  assert.equal(new Set(hashes).size, 5);
  const again = await planBuckets([bucket("abc")], [applied("gone")], usage(1));
  assert.equal(again.hash, hashes[0]);
});
