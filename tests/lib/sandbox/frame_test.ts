import assert from "node:assert/strict";
import { encodeFrame, FrameReader } from "../../../lib/sandbox/frame.ts";

Deno.test("frames come through in any pieces, with noise around them", () => {
  const noise = new TextEncoder().encode("noise\nother 3\nabc\nsecre");
  const bytes = [
    ...noise,
    ...encodeFrame("secret", { a: "ü\n" }),
    ...noise,
    ...encodeFrame("secret", [1]),
  ];
  for (const size of [1, 3, 7, bytes.length]) {
    const reader = new FrameReader("secret");
    const found: unknown[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      reader.push(new Uint8Array(bytes.slice(at, at + size)));
      for (let text = reader.next(); text !== null; text = reader.next()) {
        found.push(JSON.parse(text));
      }
    }
    assert.deepEqual(found, [{ a: "ü\n" }, [1]], `in pieces of ${size}`);
  }
});

Deno.test("a frame of another name, or with a senseless length, is no frame", () => {
  const reader = new FrameReader("secret");
  reader.push(encodeFrame("other", 1));
  reader.push(new TextEncoder().encode("\nsecret -1\n{}\nsecret 1e99\n{}"));
  assert.equal(reader.next(), null);
});

Deno.test("more than the first buffer holds", () => {
  const reader = new FrameReader("n");
  const value = "x".repeat(500_000);
  reader.push(encodeFrame("n", value));
  assert.equal(JSON.parse(reader.next()!), value);
});
