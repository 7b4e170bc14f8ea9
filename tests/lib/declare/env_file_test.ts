import assert from "node:assert/strict";
import { readEnvFile } from "../../../lib/declare/env_file.ts";
import { Failure } from "../../../lib/failure.ts";

const GOOD: [string, string, Record<string, string>][] = [
  ["an empty file", "", {}],
  ["comments and blank lines", "# one\n\n   # two\n\t\n", {}],
  ["plain values", "A=1\nB_2 = two words \nC=\n", { A: "1", B_2: "two words", C: "" }],
  ["`=` and `#` in a value", "A=x=y==\nB=x#y # comment\nC=#all\n", { A: "x=y==", B: "x#y", C: "" }],
  ["export", "export A=1\n  export\tB='2'\n", { A: "1", B: "2" }],
  ["no line break at the end", "A=1", { A: "1" }],
  ["a byte order mark and CR LF", '\ufeffA=1\r\nB="x\r\ny"\r\n', { A: "1", B: "x\ny" }],
  ["single quotes are literal", "A='x\\n\"$Y # z'  # c\n", { A: 'x\\n"$Y # z' }],
  ["double quotes have escapes", 'A="a\\nb\\t\\"c\\"\\\\d\\$e"\n', { A: 'a\nb\t"c"\\d\\$e' }],
  ["back quotes", 'A=`it\'s "x"`\n', { A: 'it\'s "x"' }],
  [
    "several lines, then more",
    'PEM="-----BEGIN KEY-----\nabc=\n-----END KEY-----\n"\nB=2\n',
    { PEM: "-----BEGIN KEY-----\nabc=\n-----END KEY-----\n", B: "2" },
  ],
  ["nothing is expanded", "A=1\nB=$A ${A}\n", { A: "1", B: "$A ${A}" }],
  ["names of the object's own", "__PROTO__=1\nCONSTRUCTOR=2\n", { CONSTRUCTOR: "2" }],
];

for (const [name, text, values] of GOOD) {
  Deno.test(`env file: ${name}`, () => {
    const read = readEnvFile(new TextEncoder().encode(text), ".env.local");
    assert.deepEqual(read.values, values);
    if (!text.includes("__PROTO__")) assert.deepEqual(read.findings, []);
  });
}

const BAD: [string, string, Record<string, string>, [string, string, number][]][] = [
  ["a line without `=`", "A=1\ncanary\nB=2\n", { A: "1", B: "2" }, [[
    "ENV_LINE_INVALID",
    "error",
    2,
  ]]],
  ["no name", "=canary\nB=2\n", { B: "2" }, [["ENV_LINE_INVALID", "error", 1]]],
  ["a quote that never closes", 'A=1\n\nB="canary\nC=3\n', { A: "1" }, [[
    "ENV_LINE_INVALID",
    "error",
    3,
  ]]],
  ["something after a quote", "A='x'canary\nB=2\n", { B: "2" }, [["ENV_LINE_INVALID", "error", 1]]],
  ["lower-case names", "npm_x=canary\ncanary==\nC=3\n", { C: "3" }, [
    ["ENV_KEY_INVALID", "warning", 1],
    ["ENV_KEY_INVALID", "warning", 2],
  ]],
  ["a key twice", 'A=canary\nB="\n\n"\nA=2\n', { A: "2", B: "\n\n" }, [[
    "ENV_KEY_REPEATED",
    "warning",
    5,
  ]]],
  ["a zero byte", "A=can\0ary\nB=2\n", { B: "2" }, [["ENV_LINE_INVALID", "error", 1]]],
  ["a value that is too large", `A=${"canary".repeat(11_000)}\nB=2\n`, { B: "2" }, [[
    "ENV_VALUE_TOO_LARGE",
    "error",
    1,
  ]]],
];

for (const [name, text, values, findings] of BAD) {
  Deno.test(`env file tells ${name}, and never a value`, () => {
    const read = readEnvFile(text, ".env.local");
    assert.deepEqual(read.values, values);
    assert.deepEqual(
      read.findings.map(({ code, severity, line }) => [code, severity, line]),
      findings,
    );
    assert(read.findings.every(({ file }) => file === ".env.local"));
    assert(!JSON.stringify(read.findings).includes("canary"));
  });
}

Deno.test("env file refuses what is not UTF-8 and what is too large", () => {
  for (const bytes of [new Uint8Array([0x41, 0x3d, 0xff]), new Uint8Array(257 * 1024)]) {
    assert.throws(() => readEnvFile(bytes, ".env.local"), (error) => {
      assert(error instanceof Failure);
      assert.equal(error.kind, "config");
      return true;
    });
  }
});

// Would not end in any time if the patterns tried every way to cut the text.
Deno.test("env file: long runs of spaces, backslashes and open quotes are read once", () => {
  const read = (text: string) => readEnvFile(text, ".env.local").findings.length;
  assert.equal(read('A="' + "\\".repeat(200_001)), 1);
  assert.equal(read(" ".repeat(250_000)), 0);
  assert.equal(read("A='".repeat(80_001)), 1);
});
