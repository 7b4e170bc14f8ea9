import assert from "node:assert/strict";
import { renderSystemSchema, renderTypes } from "../../../lib/generated/render.ts";
import { changedSymbols } from "../../../lib/generated/symbols.ts";

const types = renderTypes()["server-types.d.ts"]!;

Deno.test("changedSymbols: nothing for the same text, comments and white space", () => {
  assert.deepEqual(changedSymbols(types, types), []);
  const reworded = types.replace(/\/\*\*[\s\S]*?\*\//g, "/** Other words */").replaceAll(
    "  ",
    "\t",
  );
  assert.deepEqual(changedSymbols(reworded, types), []);
});

Deno.test("changedSymbols: everything against an empty text", () => {
  assert.deepEqual(changedSymbols("", renderTypes()["edgespark.d.ts"]!), [
    "db",
    "storage",
    "vars",
    "secret",
    "ctx",
    "auth",
  ]);
});

Deno.test("changedSymbols: names what changed, came and went", () => {
  const older = types.replace(' | "dev"', "").replace("interface User {", "interface Person {");
  assert.deepEqual(changedSymbols(older, types), ["DeploymentEnv", "User", "Person"]);
});

Deno.test("changedSymbols: `//` in a string is not a comment", () => {
  assert.deepEqual(changedSymbols("export type A = `s3://a`;", "export type A = `s3://b`;"), ["A"]);
});

Deno.test("changedSymbols: the last export of a module block does not depend on the next block", () => {
  const one = 'declare module "a" {\n  export const x: 1;\n}\n';
  const two = one + '/** More */\ndeclare module "b" {\n  export const y: 2;\n}\n';
  assert.deepEqual(changedSymbols(one, two), ["y"]);
});

Deno.test("changedSymbols: a column that is missing names its table", () => {
  const schema = renderSystemSchema()["sys_schema.ts"]!;
  const older = schema.replace('  lastLoginAt: integer("last_login_at"),\n', "");
  assert.deepEqual(changedSymbols(older, schema), ["esSystemAuthUser"]);
});
