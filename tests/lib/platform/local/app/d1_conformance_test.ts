import assert from "node:assert/strict";
import { disagreements } from "../../../../conformance/d1/compare.ts";
import { DIFFERENCES } from "../../../../conformance/d1/differences.ts";
import { expected } from "../../../../conformance/d1/expected.ts";
import { askOwn } from "../../../../conformance/d1/own.ts";

Deno.test("our D1 binding answers as D1 does, but for the stated differences", async () => {
  const theirs = await expected();
  const wrong = disagreements(theirs, await askOwn(), DIFFERENCES);
  assert.equal(wrong.length, 0, wrong.join("\n"));
  const count = Object.values(theirs).flatMap(Object.keys).length;
  assert.ok(count > 400, `${count} probes`);
});

Deno.test("the comparison sees a wrong answer and a difference that is none", () => {
  const row = { group: "g", probes: ["b"], ours: /1/, why: "" };
  assert.deepEqual(disagreements({ g: { a: 1, b: 2 } }, { g: { a: 1, b: 1 } }, [row]), []);
  assert.equal(disagreements({ g: { a: 1 } }, { g: { a: 2 } }, []).length, 1);
  assert.equal(disagreements({ g: { b: 1 } }, { g: { b: 1 } }, [row]).length, 1);
  assert.equal(disagreements({ g: { b: 2 } }, { g: { b: 3 } }, [row]).length, 1);
  assert.equal(disagreements({ g: {} }, { g: {} }, [row]).length, 1);
});
