import assert from "node:assert/strict";
import { assertCurrentLayout } from "../../../lib/project/layout.ts";
import { failureOf, inProject } from "../sandbox/world.ts";

const legacy: [text: string, line: number][] = [
  [`\nexport async function createApp(edgespark: Client) {\n  return app;\n}`, 2],
  [`export const createApp = () => {};`, 1],
  [`import { x } from "y";\nimport { tables } from "@generated";\nexport default tables;`, 2],
  [`import type { Client } from '@generated/server-types';`, 1],
];
for (const [text, line] of legacy) {
  Deno.test(`the old layout is refused: ${JSON.stringify(text)}`, async () => {
    await inProject({ "server/src/index.ts": text }, async ({ system, project }) => {
      const failure = await failureOf(assertCurrentLayout(system, project));
      assert.deepEqual([failure.kind, failure.code], ["config", "LEGACY_LAYOUT"]);
      assert.deepEqual(failure.details, { file: "server/src/index.ts", line });
      assert.ok(failure.hint);
    });
  });
}

const current = [
  `// export function createApp() {}\n/* import "@generated" */\nexport default app;`,
  `export function createApp() { return new Hono(); }\nconst app = createApp();\nexport default app;`,
  `const text = "import x from '@generated'";\nconst app = text;\nexport { app as default };`,
];
for (const text of current) {
  Deno.test(`today's layout passes: ${JSON.stringify(text)}`, async () => {
    await inProject({ "server/src/index.ts": text }, async ({ system, project }) => {
      await assertCurrentLayout(system, project);
    });
  });
}

Deno.test("a project without an app is of no layout", async () => {
  await inProject({}, async ({ system, project }) => await assertCurrentLayout(system, project));
});
