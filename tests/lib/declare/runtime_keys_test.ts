import assert from "node:assert/strict";
import { parseRuntimeKeys, readRuntimeKeys } from "../../../lib/declare/runtime_keys.ts";
import { Failure } from "../../../lib/failure.ts";
import { openProject } from "../../../lib/project/project.ts";
import { testSystem } from "../../support/system.ts";

const FILE = "server/src/defs/runtime.ts";

const READ: [string, string, string[], string[]][] = [
  ["both unions", 'export type VarKey = "A" | "B";\nexport type SecretKey = "C";', ["A", "B"], [
    "C",
  ]],
  ["never", "export type VarKey = never;\nexport type SecretKey = never;", [], []],
  [
    "commented members before never, lonely semicolon",
    `// keys
export type VarKey =
  // | "OLD"
  | "A_1" /* why | "X" */
  | 'B'
  ;
export type SecretKey =
  // | "GOOGLE_CLIENT_SECRET"
  | never
;`,
    ["A_1", "B"],
    [],
  ],
  ["no semicolons", 'export type VarKey = "A"\nexport type SecretKey = "B"\n', ["A"], ["B"]],
  ["CRLF", 'export type VarKey =\r\n  | "A"\r\n  | "B";\r\n', ["A", "B"], []],
  ["old Mac line ends", 'export type VarKey = "A"\rexport type SecretKey = "B"', ["A"], ["B"]],
  ["a member twice counts once", 'export type VarKey = "A" | "A";', ["A"], []],
  ["the other order", 'export type SecretKey = "S"; export type VarKey = "V";', ["V"], ["S"]],
  ["empty", "", [], []],
  ["only comments", "/* nothing\n yet */ // here", [], []],
];

for (const [name, text, vars, secrets] of READ) {
  Deno.test(`runtime keys: ${name}`, () => {
    assert.deepEqual(parseRuntimeKeys(text, FILE), { vars, secrets });
  });
}

const REFUSED: [string, string, number, number, RegExp][] = [
  ["an import", 'import x from "x";', 1, 1, /expected `export`/],
  ["a const", "export const a = 1;", 1, 8, /expected `type`/],
  ["another type", "export type Other = never;", 1, 13, /`VarKey` and `SecretKey`/],
  ["string as a type", "export type VarKey =\n  string;", 2, 3, /key in quotes but found `string`/],
  ["a lower-case key", 'export type VarKey = "a";', 1, 22, /upper-case/],
  [
    "a type declared twice",
    "export type VarKey = never;\r\nexport type VarKey = never;",
    2,
    13,
    /twice/,
  ],
  ["an open string", 'export type VarKey = "A;\n', 1, 22, /found `"`/],
  ["an open comment", "/* never closed", 1, 1, /found `\/`/],
  ["an escape", 'export type VarKey = "\\x41";', 1, 22, /in quotes/],
  ["a template", "export type VarKey = `A`;", 1, 22, /in quotes/],
  ["an array behind it", 'export type VarKey = "A"[];', 1, 25, /found `\[`/],
  ["the end too early", 'export type VarKey = "A" |', 1, 27, /end of the file/],
  ["toString as a type's name", "export type toString = never;", 1, 13, /not `toString`/],
];

for (const [name, text, line, column, reason] of REFUSED) {
  Deno.test(`runtime keys refuse ${name}`, () => {
    assert.throws(() => parseRuntimeKeys(text, FILE), (error) => {
      assert(error instanceof Failure);
      assert.equal(error.kind, "config");
      assert.equal(error.code, "RUNTIME_KEYS_INVALID");
      assert.deepEqual(error.details, { file: FILE, line, column });
      assert.match(error.message, reason);
      assert(error.message.includes(`${FILE}:${line}:${column}`));
      return true;
    });
  });
}

Deno.test("runtime keys: no file means no keys, a mark and a nested server path are fine", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${cwd}/edgespark.toml`, '[server]\npath = "api"\n');
    const system = testSystem({ cwd });
    const project = await openProject(system, undefined);
    assert.deepEqual(await readRuntimeKeys(system, project), { vars: [], secrets: [] });
    await Deno.mkdir(project.defs, { recursive: true });
    await Deno.writeTextFile(`${project.defs}/runtime.ts`, '\uFEFFexport type VarKey = "A";');
    assert.deepEqual(await readRuntimeKeys(system, project), { vars: ["A"], secrets: [] });
    await Deno.writeTextFile(`${project.defs}/runtime.ts`, "nonsense");
    await assert.rejects(readRuntimeKeys(system, project), /api\/src\/defs\/runtime\.ts:1:1/);
    await Deno.writeFile(`${project.defs}/runtime.ts`, new Uint8Array([0xff, 0xfe, 0x41]));
    await assert.rejects(readRuntimeKeys(system, project), { code: "NOT_UTF8" });
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
