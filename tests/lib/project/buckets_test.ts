import assert from "node:assert/strict";
import { readBuckets } from "../../../lib/project/buckets.ts";
import { failureOf, inProject } from "../sandbox/world.ts";

Deno.test("buckets are the exports with a bucket name", async () => {
  await inProject({
    "defs/storage_schema.ts": `import type { BucketDef } from "@sdk/server-types";
      export const covers: BucketDef<"task-covers"> = { bucket_name: "task-covers", description: "Covers" };
      export const plain = { bucket_name: "plain" };
      export const LIMIT = 5;
      export const helper = () => covers;
      export * from "./more_buckets";`,
    "defs/more_buckets.ts":
      `export const extra = { bucket_name: "extra", description: "" } as const;`,
  }, async ({ system, project }) => {
    const file = "server/src/defs/storage_schema.ts";
    assert.deepEqual(await readBuckets(system, project), [
      { exportName: "covers", name: "task-covers", description: "Covers", file },
      { exportName: "extra", name: "extra", description: "", file },
      { exportName: "plain", name: "plain", description: "", file },
    ]);
  });
});

Deno.test("no file, no buckets", async () => {
  await inProject(
    {},
    async ({ system, project }) => assert.deepEqual(await readBuckets(system, project), []),
  );
});

Deno.test("a name that is no text is a configuration error", async () => {
  await inProject(
    { "defs/storage_schema.ts": `export const a = { bucket_name: 5 };` },
    async ({ system, project }) => {
      const failure = await failureOf(readBuckets(system, project));
      assert.deepEqual([failure.kind, failure.code], ["config", "BUCKET_INVALID"]);
      assert.match(failure.message, /`bucket_name` of the bucket `a`/);
    },
  );
});

Deno.test("what throws says where", async () => {
  await inProject(
    { "defs/storage_schema.ts": `\nthrow new Error("no");` },
    async ({ system, project }) => {
      const failure = await failureOf(readBuckets(system, project));
      assert.deepEqual([failure.code, failure.details?.line], ["BUCKETS_THREW", 2]);
    },
  );
});
