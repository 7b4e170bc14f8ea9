import assert from "node:assert/strict";
import { renderSystemSchema, renderTypes } from "../../../lib/generated/render.ts";
import { compareSymbols } from "../../../lib/generated/symbols.ts";

const types = renderTypes()["server-types.d.ts"]!;
const SAME = { added: [], changed: [], removed: [] };

Deno.test("compareSymbols: nothing for the same text, comments, white space and trailing commas", () => {
  assert.deepEqual(compareSymbols(types, types), SAME);
  const reworded = types.replace(/\/\*\*[\s\S]*?\*\//g, "/** Other words */").replaceAll(
    "  ",
    "\t",
  );
  assert.deepEqual(compareSymbols(reworded, types), SAME);
  const schema = renderSystemSchema()["sys_relations.ts"]!;
  const reformatted = schema.replace(/,(\s*[}\]])/g, "$1").replaceAll("{ one }", "{one}");
  assert.notEqual(reformatted, schema);
  assert.deepEqual(compareSymbols(reformatted, schema), SAME);
});

Deno.test("compareSymbols: the order of declarations does not count", () => {
  const one = "export const a = 1;\nexport const b = { c: [1] };\n";
  const two = "export const b = { c: [1] };\nexport const a = 1;\n";
  assert.deepEqual(compareSymbols(one, two), SAME);
});

Deno.test("compareSymbols: everything is added to an empty text", () => {
  assert.deepEqual(compareSymbols("", renderTypes()["edgespark.d.ts"]!), {
    added: ["db", "storage", "vars", "secret", "ctx", "auth"],
    changed: [],
    removed: [],
  });
});

Deno.test("compareSymbols: names what changed, came and went", () => {
  const older = types.replace(' | "dev"', "").replace("interface User {", "interface Person {");
  assert.deepEqual(compareSymbols(older, types), {
    added: ["User"],
    changed: ["DeploymentEnv"],
    removed: ["Person"],
  });
});

Deno.test("compareSymbols: `//` in a string is not a comment", () => {
  assert.deepEqual(
    compareSymbols("export type A = `s3://a`;", "export type A = `s3://b`;").changed,
    ["A"],
  );
});

Deno.test("compareSymbols: an export of one module block does not depend on the next block", () => {
  const one = 'declare module "a" {\n  export const x: 1;\n}\n';
  const two = one + '/** More */\ndeclare module "b" {\n  export const y: 2;\n}\n';
  assert.deepEqual(compareSymbols(one, two), { added: ["y"], changed: [], removed: [] });
});

Deno.test("compareSymbols: the same name in two modules is two names", () => {
  const text = (b: number) =>
    `declare module "a" {\n  export const x: 1;\n}\ndeclare module "b" {\n  export const x: ${b};\n}\n`;
  assert.deepEqual(compareSymbols(text(1), text(2)).changed, ["b: x"]);
});

Deno.test("compareSymbols: lists of exports", () => {
  const older = 'export { a, b as c } from "./x";\nexport const d = 1;\n';
  const newer = 'export const d = 1;\nexport { a, b as e } from "./x";\n';
  assert.deepEqual(compareSymbols(older, newer), { added: ["e"], changed: [], removed: ["c"] });
  const moved = newer.replace("./x", "./y");
  assert.deepEqual(compareSymbols(newer, moved).changed, ["a", "e"]);
});

Deno.test("compareSymbols: a column that is missing names its table", () => {
  const schema = renderSystemSchema()["sys_schema.ts"]!;
  const older = schema.replace('  lastLoginAt: integer("last_login_at"),\n', "");
  assert.deepEqual(compareSymbols(older, schema).changed, ["esSystemAuthUser"]);
});
