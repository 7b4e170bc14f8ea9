import assert from "node:assert/strict";
import { join } from "@std/path";
import { listAssets } from "../../../lib/deploy/web_assets.ts";
import { openProject } from "../../../lib/project/project.ts";
import { buildWeb } from "../../../lib/tools/npm.ts";
import { tscCommand, typeCheck } from "../../../lib/tools/tsc.ts";
import { fixtureModules } from "../../support/fixtures.ts";
import { testSystem } from "../../support/system.ts";

async function projectWith(files: Record<string, string>) {
  const root = await Deno.makeTempDir({ prefix: "edgespark-tools-" });
  for (const [path, text] of Object.entries({ "edgespark.toml": "", ...files })) {
    await Deno.mkdir(join(root, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  }
  const system = testSystem({ cwd: root });
  return { root, system, project: await openProject(system, root) };
}

const TSCONFIG = JSON.stringify({
  compilerOptions: { strict: true, noEmit: true, module: "esnext", types: [] },
  include: ["src"],
});

/** Which package of the fixtures, under which name below `node_modules`. */
const COMPILERS: Record<string, [name: string, folder: string]> = {
  "TypeScript 5.9 as JavaScript": ["typescript", "typescript"],
  "TypeScript 7, native": ["@typescript", "@typescript"],
};

for (const [title, [name, folder]] of Object.entries(COMPILERS)) {
  Deno.test(`type check with ${title}: the compiler's lines, or silence`, async () => {
    const { root, system, project } = await projectWith({
      "server/tsconfig.json": TSCONFIG,
      "server/src/index.ts": 'export const fine = 1;\nexport const wrong: number = "x";\n',
    });
    await Deno.mkdir(join(root, "server", "node_modules"));
    await Deno.symlink(
      join(fixtureModules(), "node_modules", folder),
      join(root, "server", "node_modules", name),
    );
    const [finding, ...more] = await typeCheck(system, project, { required: false });
    assert.deepEqual(more, []);
    assert.deepEqual([finding?.code, finding?.severity, finding?.file, finding?.line], [
      "TYPE_ERROR",
      "error",
      "server/src/index.ts",
      2,
    ]);
    assert.match(finding!.message, /^TS2322: Type 'string' is not assignable to type 'number'/);
    await Deno.writeTextFile(join(root, "server/src/index.ts"), "export const fine = 1;\n");
    assert.deepEqual(await typeCheck(system, project, { required: false }), []);
    const command = await tscCommand(system, project);
    assert.equal(
      "program" in command && command.program.endsWith("lib/tsc"),
      name === "@typescript",
    );
    await Deno.remove(root, { recursive: true });
  });
}

Deno.test("a file outside `src` that needs a package which npm lacks warns, and holds up nothing", async () => {
  const { root, system, project } = await projectWith({
    "server/tsconfig.json": TSCONFIG.replace('["src"]', '["src", "dev"]'),
    "server/dev/seed.ts":
      'import { seed } from "@edgespark/devkit";\nexport default seed((ctx) => ctx);\n',
    "server/src/index.ts": 'import x from "@edgespark/devkit";\nexport default x;\n',
  });
  await Deno.mkdir(join(root, "server", "node_modules"));
  await Deno.symlink(
    join(fixtureModules(), "node_modules", "typescript"),
    join(root, "server", "node_modules", "typescript"),
  );
  const findings = await typeCheck(system, project, { required: false });
  assert.deepEqual(
    findings.map(({ file, line, severity }) => `${file}:${line} ${severity}`).sort(),
    [
      "server/dev/seed.ts:1 warning",
      "server/dev/seed.ts:2 warning",
      "server/src/index.ts:1 error",
    ],
  );
  assert.match(findings.find(({ severity }) => severity === "warning")!.fix!, /is not on npm/);
  await Deno.remove(root, { recursive: true });
});

Deno.test("without TypeScript the check is skipped, or required", async () => {
  const { root, system, project } = await projectWith({ "server/tsconfig.json": TSCONFIG });
  const [skipped] = await typeCheck(system, project, { required: false });
  assert.deepEqual([skipped!.code, skipped!.severity, skipped!.fix], [
    "TYPECHECK_SKIPPED",
    "warning",
    "Run `cd server && npm install`",
  ]);
  const [required] = await typeCheck(system, project, { required: true });
  assert.equal(required!.severity, "error");
  await Deno.remove(root, { recursive: true });
});

const WEB = { "edgespark.toml": '[web]\npath = "web"\noutput_path = "web/out"\n' };
const built = (script: string, more: object = {}) =>
  JSON.stringify({ scripts: { build: script }, ...more });

Deno.test("the web build runs, and its output is what is deployed", async () => {
  const { root, system, project } = await projectWith({
    ...WEB,
    "web/package.json": built(
      "mkdir -p out/js && echo hello > out/index.html && echo 1 > out/js/a.js && ln -s /etc/passwd out/link",
    ),
  });
  const { output, findings } = await buildWeb(system, project, { skip: false });
  assert.deepEqual(findings, []);
  const listed = await listAssets(system, output!);
  assert.deepEqual([...listed.assets.keys()], ["index.html", "js/a.js"]);
  assert.deepEqual(listed.findings.map(({ code }) => code), ["ASSET_LEFT_OUT"]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("what keeps the web part from being built is told, with the way out", async () => {
  const cases: [code: string, severity: string, files: Record<string, string>, skip: boolean][] = [
    ["WEB_BUILD_FAILED", "error", { "web/package.json": built("echo broken here; exit 3") }, false],
    ["WEB_NOT_INSTALLED", "error", {
      "web/package.json": built("vite build", { devDependencies: { vite: "*" } }),
    }, false],
    ["WEB_OUTPUT_MISSING", "error", { "web/package.json": built("true") }, false],
    ["WEB_OUTPUT_MISSING", "error", {}, false],
    ["WEB_SKIPPED", "warning", { "web/package.json": built("exit 3") }, true],
  ];
  for (const [code, severity, files, skip] of cases) {
    const { root, system, project } = await projectWith({ ...WEB, ...files });
    const { output, findings } = await buildWeb(system, project, { skip });
    assert.deepEqual(findings.map((one) => [one.code, one.severity]), [[code, severity]]);
    assert.equal(output, null);
    if (code === "WEB_BUILD_FAILED") assert.match(findings[0]!.message, /broken here/);
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("without npm an earlier output is used with a warning", async () => {
  const { root, system, project } = await projectWith({
    ...WEB,
    "web/package.json": built("true"),
    "web/out/index.html": "old",
  });
  const without = { ...system, tools: { ...system.tools, find: () => Promise.resolve(null) } };
  const { output, findings } = await buildWeb(without, project, { skip: false });
  assert.equal(output, join(root, "web", "out"));
  assert.deepEqual(findings.map((one) => [one.code, one.severity]), [["NPM_MISSING", "warning"]]);
  await Deno.remove(root, { recursive: true });
});
