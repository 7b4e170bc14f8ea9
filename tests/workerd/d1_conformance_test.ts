import assert from "node:assert/strict";
import { stop } from "esbuild";
import { disagreements } from "../conformance/d1/compare.ts";
import { expected } from "../conformance/d1/expected.ts";
import { askWorkerd } from "../conformance/d1/workerd.ts";

Deno.test({
  name: "D1 on workerd answers as the conformance suite states",
  // The simulator keeps handles of its own until the process ends.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: async () => {
    try {
      const wrong = disagreements(await expected(), await askWorkerd(), []);
      assert.equal(wrong.length, 0, wrong.join("\n"));
    } finally {
      await stop();
    }
  },
});
