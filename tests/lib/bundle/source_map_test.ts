import assert from "node:assert/strict";
import { originalPlace } from "../../../lib/bundle/source_map.ts";

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

Deno.test("places are found by the segment before them", () => {
  // Line 1: column 0 -> a.ts 1:1, column 8 -> b.ts 11:5; line 2 empty; line 3: column 2 -> b.ts 10:1.
  const map = encode({
    version: 3,
    sources: ["a.ts", "b.ts"],
    names: [],
    mappings: "AAAA,QCUI;;EADJ",
  });
  assert.deepEqual(originalPlace(map, 1, 1), { file: "a.ts", line: 1, column: 1 });
  assert.deepEqual(originalPlace(map, 1, 8), { file: "a.ts", line: 1, column: 1 });
  assert.deepEqual(originalPlace(map, 1, 9), { file: "b.ts", line: 11, column: 5 });
  assert.deepEqual(originalPlace(map, 3, 40), { file: "b.ts", line: 10, column: 1 });
  assert.equal(originalPlace(map, 2, 1), null);
  assert.equal(originalPlace(map, 9, 1), null);
});

Deno.test("numbers of several digits and segments without a source", () => {
  const map = encode({ version: 3, sources: ["a.ts"], names: [], mappings: "A,gCAikBwmB" });
  assert.deepEqual(originalPlace(map, 1, 40), { file: "a.ts", line: 578, column: 617 });
});
