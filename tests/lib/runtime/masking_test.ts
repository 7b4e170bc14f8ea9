import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Masker } from "../../../lib/runtime/masking.ts";
import { Random } from "../../support/random.ts";

const VALUE = `sk-Ab12"cd'ef/gh+ij kl\\mn\nop=é`;

Deno.test("secret values are masked wherever they stand, the longer one first", () => {
  const masker = new Masker({ TOKEN: "sk-12345", LONGER: "sk-12345-678" });
  assert.equal(
    masker.mask("a sk-12345-678 b xsk-12345x"),
    "a [secret LONGER] b x[secret TOKEN]x",
  );
});

Deno.test("short values are masked only where they stand alone, shorter ones never", () => {
  const masker = new Masker({ PIN: "4711", ONE: "abc", FIVE: "hello" });
  assert.equal(
    masker.mask("pin=4711; 14711 47110 abc (hello) othello hello1"),
    "pin=[secret PIN]; 14711 47110 abc ([secret FIVE]) othello hello1",
  );
});

const disguised: [how: string, text: string][] = [
  ["as it is", VALUE],
  ["in JSON", JSON.stringify({ key: VALUE })],
  ["in JSON in JSON", JSON.stringify({ body: JSON.stringify({ key: VALUE }) })],
  ["by inspect", inspect({ key: VALUE })],
  ["in a URL's path", new URL(`/x/${encodeURIComponent(VALUE)}/y`, "https://example.com").href],
  ["in a query string", `/x?${new URLSearchParams({ key: VALUE })}`],
  [
    "with small hex digits in a URL",
    encodeURIComponent(VALUE).toLowerCase().replace("sk-ab", "sk-Ab"),
  ],
  ["in a Basic header", new TextEncoder().encode(`user:${VALUE}`).toBase64()],
  ["in base64 for URLs", new TextEncoder().encode(VALUE).toBase64({ alphabet: "base64url" })],
  ["in hex", new TextEncoder().encode(VALUE).toHex()],
];
for (const [how, text] of disguised) {
  Deno.test(`a secret value is masked ${how}`, () => {
    assert.match(new Masker({ TOKEN: VALUE }).mask(`before ${text} after`), /\[secret TOKEN\]/);
  });
}

Deno.test("a value behind any other text in base64 is masked, whatever its length", () => {
  const random = new Random(7);
  for (let turn = 0; turn < 200; turn++) {
    const letters = () =>
      Array.from(
        { length: 12 + random.below(30) },
        () => String.fromCharCode(33 + random.below(90)),
      ).join("");
    const [secret, before, after] = [letters(), letters(), letters()];
    const encoded = btoa(before + secret + after);
    const masked = new Masker({ TOKEN: secret }).mask(encoded);
    assert.match(masked, /\[secret TOKEN\]/, `${turn}: ${before} ${secret} ${after}`);
  }
});

Deno.test("a value in several arguments or over several lines is masked", () => {
  const masker = new Masker({ TOKEN: "sk-very-secret-value" });
  for (
    const text of [
      "sk-very -secret-value",
      "[ 'sk-very', '-secret', '-value' ]",
      "'sk-very-' +\n  'secret-value'",
    ]
  ) {
    assert.match(masker.mask(`x ${text} y`), /^x .*\[secret TOKEN\].* y$/s, text);
  }
  assert.equal(masker.mask("a very secret value, sk"), "a very secret value, sk");
  const key =
    "-----BEGIN KEY-----\nabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\n0123456789\n-----END KEY-----\n";
  const printed = new Masker({ KEY: key }).mask(inspect({ nested: { key, other: 1 } }));
  assert.doesNotMatch(printed, /BEGIN|abcdef|0123/);
});

Deno.test("a value that was replaced stays masked, and new ones are learned", () => {
  const masker = new Masker({ TOKEN: "old-value" });
  masker.learn({ TOKEN: "new-value" });
  assert.equal(masker.mask("old-value new-value"), "[secret TOKEN] [secret TOKEN]");
});
