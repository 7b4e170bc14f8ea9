import assert from "node:assert/strict";
import { guardRows } from "../../scripts/bench/guard.ts";

Deno.test("the bench holds the SQL guard's cost against its goal, in the form of its other rows", async () => {
  const rows = await guardRows({ rounds: 2, reads: 50 });
  assert.deepEqual(rows.map(({ name, goal, unit, runs }) => ({ name, goal, unit, runs })), [
    { name: "guard-binding", goal: 1.1, unit: "us", runs: 2 },
    { name: "guard-drizzle", goal: 1.1, unit: "us", runs: 2 },
  ]);
  // Numbers are the bench's business: here only that there are some.
  for (const { ours, theirs, ratio } of rows) {
    for (const value of [ours, theirs, ratio]) assert.ok(typeof value === "number" && value > 0);
  }
});
