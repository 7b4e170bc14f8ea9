import assert from "node:assert/strict";
import { parseSecretKeys } from "../../../lib/declare/secrets.ts";
import { looksSecret } from "../../../lib/declare/secret_look.ts";
import { parseAssignments } from "../../../lib/declare/vars.ts";
import { parseDuration } from "../../../lib/duration.ts";
import { Failure } from "../../../lib/failure.ts";

Deno.test("assignments: both forms", () => {
  assert.deepEqual(parseAssignments(["A=1", "B_2=x=y"]), { A: "1", B_2: "x=y" });
  assert.deepEqual(parseAssignments(["A", "x=y z"]), { A: "x=y z" });
  assert.deepEqual(parseAssignments(["A="]), { A: "" });
  assert.deepEqual(parseAssignments(["A", ""]), { A: "" });
  assert.deepEqual(
    parseAssignments(["A=\u00e4".padEnd(5 * 1024 / 2, "\u00e4")]).A?.length,
    5 * 1024 / 2 - 2,
  );
});

Deno.test("assignments: 5 KB are counted in bytes, not in letters", () => {
  assert.equal(parseAssignments([`A=${"x".repeat(5120)}`]).A!.length, 5120);
  assert.equal(parseAssignments(["A", "\u00e4".repeat(2560)]).A!.length, 2560);
  for (const value of ["x".repeat(5121), "\u00e4".repeat(2561), "\u{1F600}".repeat(1281)]) {
    assert.throws(() => parseAssignments(["A", value]), { code: "VAR_TOO_LARGE" });
  }
});

const REFUSED: [string[], string][] = [
  [["A"], "VAR_USAGE"],
  [["A", "canary", "words"], "VAR_USAGE"],
  [["A=1", "canary"], "VAR_USAGE"],
  [["=canary"], "VAR_USAGE"],
  [["a=canary"], "KEY_INVALID"],
  [["1A=canary"], "KEY_INVALID"],
  [["A-B", "canary"], "KEY_INVALID"],
  [["A=1", "A=canary"], "KEY_REPEATED"],
  [["A=" + "canary".repeat(1000)], "VAR_TOO_LARGE"],
];

for (const [words, code] of REFUSED) {
  Deno.test(`assignments refuse ${words.join(" ").slice(0, 20)}`, () => {
    assert.throws(() => parseAssignments(words), (error) => {
      assert(error instanceof Failure);
      assert.equal(error.code, code);
      assert.equal(error.kind, "usage");
      assert(!JSON.stringify([error.message, error.hint, error.details]).includes("canary"));
      return true;
    });
  });
}

Deno.test("secret keys: each once, never with a value", () => {
  assert.deepEqual(parseSecretKeys(["B", "A", "B"]), ["B", "A"]);
  assert.throws(() => parseSecretKeys(["A=canary"]), (error) => {
    assert(error instanceof Failure);
    assert.equal(error.code, "SECRET_VALUE_GIVEN");
    assert(!JSON.stringify([error.message, error.hint]).includes("canary"));
    return true;
  });
  assert.throws(() => parseSecretKeys(["stripe-key"]), {
    code: "KEY_INVALID",
    hint: /`STRIPE_KEY`/,
  });
});

const SECRETS: [string, string][] = [
  ["STRIPE", "sk_live_51Habc"],
  ["GH", "ghp_0123456789abcdefghij0123456789abcdef"],
  ["AWS", "AKIAIOSFODNN7EXAMPLE"],
  ["PEM", "-----BEGIN RSA PRIVATE KEY-----\nx"],
  ["JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x"],
  ["DB", "postgres://me:hunter2@db.example/x"],
  ["ADMIN_PASSWORD", "short"],
  ["OPENAI_API_KEY", "x"],
  ["PLAIN", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"],
];
const PLAIN: [string, string][] = [
  ["PUBLIC_API_BASE_URL", "https://api.example.com/v1/things?limit=20"],
  ["PROJECT", "0aa24640-4f27-444a-9908-b5f0c810df40"],
  ["GREETING", "Good morning to all of you who read this"],
  ["ADMIN_EMAILS", "a@example.com,b@example.com"],
  ["SLUG", "the-quick-brown-fox-jumps-over-the-lazy-dog"],
  ["ADMIN_PASSWORD", ""],
  ["PAGE_SIZE", "20"],
  ["GOOGLE_CLIENT_ID", "1234567890-abc.apps.googleusercontent.com"],
];
for (const [key, value] of SECRETS) {
  Deno.test(`${key}=${value.slice(0, 8)} looks like a secret`, () =>
    assert(looksSecret(key, value)));
}
for (const [key, value] of PLAIN) {
  Deno.test(`${key}=${value.slice(0, 8)} does not look like a secret`, () =>
    assert(!looksSecret(key, value)));
}

Deno.test("durations", () => {
  const good = {
    "500ms": 500,
    "90s": 90_000,
    "5m": 300_000,
    "1h": 3_600_000,
    "2d": 172_800_000,
    "1.5s": 1500,
  };
  for (const [text, ms] of Object.entries(good)) assert.equal(parseDuration(text), ms);
  for (const text of ["", "5", "m", "-5m", "5 m", "1e3s", "5M", "5min"]) {
    assert.throws(() => parseDuration(text), { code: "DURATION_INVALID", kind: "usage" });
  }
});
