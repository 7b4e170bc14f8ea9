import assert from "node:assert/strict";
import { matchPaths, plainJson, readTsSettings } from "../../../lib/bundle/tsconfig.ts";
import { failureOf, inProject } from "../sandbox/world.ts";

Deno.test("comments and trailing commas go, text stays", () => {
  const text = `{ // one "quoted"
    "a": "http://x // not one, ]", /* two
    lines */ "b": [1, 2, ], "c": "\\" // ,}", }`;
  assert.deepEqual(JSON.parse(plainJson(text)), {
    a: "http://x // not one, ]",
    b: [1, 2],
    c: '" // ,}',
  });
});

Deno.test("the longest pattern wins, an exact one always", () => {
  const settings = {
    raw: {},
    paths: [["*", ["/any/*"]], ["~/*", ["/src/*", "/other/*"]], ["~/exact", ["/e.ts"]], [
      "~/deep/*.x",
      ["/deep/*"],
    ]] as [string, string[]][],
  };
  assert.deepEqual(matchPaths("~/a/b", settings), ["/src/a/b", "/other/a/b"]);
  assert.deepEqual(matchPaths("~/exact", settings), ["/e.ts"]);
  assert.deepEqual(matchPaths("~/deep/y.x", settings), ["/deep/y"]);
  assert.deepEqual(matchPaths("zod", settings), ["/any/zod"]);
  assert.equal(matchPaths("zod", { raw: {}, paths: [] }), null);
});

Deno.test("broken settings are a configuration error, missing ones none", async () => {
  await inProject({}, async ({ system, project }) => {
    assert.deepEqual(await readTsSettings(system, project), { paths: [], raw: {} });
  });
  await inProject({ "server/tsconfig.json": "{ nope" }, async ({ system, project }) => {
    const failure = await failureOf(readTsSettings(system, project));
    assert.deepEqual([failure.kind, failure.code], ["config", "TSCONFIG_INVALID"]);
  });
});
