import assert from "node:assert/strict";
import { plainJson } from "../../../lib/bundle/plain_json.ts";
import { matchPaths, readTsSettings } from "../../../lib/bundle/tsconfig.ts";
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
    paths: [["*", ["/any/*"]], ["~/*", ["/src/*", "/other/*"]], ["~/exact", ["/e.ts"]], [
      "~/deep/*.x",
      ["/deep/*"],
    ]] as [string, string[]][],
  };
  assert.deepEqual(matchPaths("~/a/b", settings), ["/src/a/b", "/other/a/b"]);
  assert.deepEqual(matchPaths("~/exact", settings), ["/e.ts"]);
  assert.deepEqual(matchPaths("~/deep/y.x", settings), ["/deep/y"]);
  assert.deepEqual(matchPaths("zod", settings), ["/any/zod"]);
  assert.equal(matchPaths("zod", { paths: [] }), null);
});

Deno.test("broken settings are a configuration error, missing ones none", async () => {
  await inProject({}, async ({ system, project }) => {
    assert.deepEqual(await readTsSettings(system, project), {
      paths: [],
      baseUrl: null,
      raw: { compilerOptions: {} },
      warnings: [],
    });
  });
  await inProject({ "server/tsconfig.json": "{ nope" }, async ({ system, project }) => {
    const failure = await failureOf(readTsSettings(system, project));
    assert.deepEqual([failure.kind, failure.code], ["config", "TSCONFIG_INVALID"]);
  });
});

Deno.test("a chain of extends is followed: nearer options win, paths belong to their file", async () => {
  await inProject({
    "server/tsconfig.json":
      `{ "extends": ["@repo/base", "../tsconfig.shared"], "compilerOptions": { "jsx": "react-jsx" } }`,
    "tsconfig.shared.json": `{ "extends": "./config/root.json",
      "compilerOptions": { "paths": { "~/*": ["./server/src/*"], "$/*": ["\${configDir}/lib/*"] } } }`,
    "config/root.json":
      `{ "compilerOptions": { "jsx": "preserve", "experimentalDecorators": true, "paths": { "old": ["./x"] } } }`,
    "node_modules/@repo/base/tsconfig.json":
      `{ "compilerOptions": { "jsxImportSource": "hono/jsx" } }`,
  }, async ({ system, project, root }) => {
    const settings = await readTsSettings(system, project);
    assert.deepEqual(settings, {
      paths: [["~/*", [`${root}/server/src/*`]], ["$/*", [`${root}/server/lib/*`]]],
      baseUrl: null,
      raw: {
        compilerOptions: {
          jsx: "react-jsx",
          jsxImportSource: "hono/jsx",
          experimentalDecorators: true,
        },
      },
      warnings: [],
    });
  });
});

Deno.test("what a chain cannot follow is said: circles, missing files, files outside the project", async () => {
  await inProject({
    "server/tsconfig.json":
      `{ "extends": ["./a.json", "../../../../../../etc/hostname", "missing"] }`,
    "server/a.json": `{ "extends": "./tsconfig.json", "compilerOptions": { "baseUrl": "src" } }`,
  }, async ({ system, project, root }) => {
    const { baseUrl, warnings } = await readTsSettings(system, project);
    assert.equal(baseUrl, `${root}/server/src`);
    assert.deepEqual(warnings.map((text) => text.replace(/, .*/, "")), [
      "server/a.json: extends `./tsconfig.json`",
      "server/tsconfig.json: extends `../../../../../../etc/hostname`",
      "server/tsconfig.json: extends `missing`",
    ]);
  });
});
