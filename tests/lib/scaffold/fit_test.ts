import assert from "node:assert/strict";
import { fitTemplate } from "../../../lib/scaffold/fit.ts";
import type { ScaffoldFile } from "../../../lib/scaffold/templates.ts";

const ID = "6f0c3c2e-8d6a-4a53-9d2c-0f1b2a3c4d5e";
const SPARE = ["", "server/", "web/"].map((at) => ({
  path: `${at}AGENTS.md`,
  content: `ours ${at}`,
}));

function fit(
  template: Record<string, string | Uint8Array>,
  { name = "shop", instructions = "AGENTS.md" } = {},
): Map<string, string | Uint8Array> {
  const files: ScaffoldFile[] = Object.entries({ "edgespark.toml": "", ...template }).map(
    ([path, content]) => ({ path, content }),
  );
  const fitted = fitTemplate(files, { name, instructions, projectId: ID, spare: SPARE });
  return new Map(fitted.map(({ path, content }) => [path, content]));
}

const TOMLS: [was: string, is: string][] = [
  ['project_id = "REPLACED_ON_INIT"\n', `project_id = "${ID}"\n`],
  ['# id\nproject_id="someone-elses"\n[server]\n', `# id\nproject_id = "${ID}"\n[server]\n`],
  ["project_id = 'x' # c\r\n", `project_id = "${ID}" # c\r\n`],
  ['[server]\npath = "server"\n', `project_id = "${ID}"\n\n[server]\npath = "server"\n`],
  ["", `project_id = "${ID}"\n\n`],
  ['# "REPLACED_ON_INIT"\n', `project_id = "${ID}"\n\n# "REPLACED_ON_INIT"\n`],
];
for (const [was, is] of TOMLS) {
  Deno.test(`fitTemplate: an id of its own in ${JSON.stringify(was)}`, () => {
    assert.equal(fit({ "edgespark.toml": was }).get("edgespark.toml"), is);
  });
}

Deno.test("fitTemplate: an id in a section of another meaning stays, and the file must be read", () => {
  const toml = '[db]\nmigration_branch = "project_id"\n';
  assert.match(fit({ "edgespark.toml": toml }).get("edgespark.toml") as string, /^project_id = /);
  assert.throws(() => fit({ "edgespark.toml": "[app.server]\n" }), { code: "LEGACY_LAYOUT" });
  assert.throws(() => fit({ "edgespark.toml": "a = " }), { code: "CONFIG_INVALID" });
});

Deno.test("fitTemplate: packages are called after the project, in small letters", () => {
  const files = fit({
    "edgespark.toml": '[server]\n[web]\npath = "web"\n',
    "package.json": '{ "author": { "name": "me" },\n  "name" : "tpl" }\n',
    "server/package.json": '{"name":"tpl-server","type":"module"}',
    "web/package.json": '{"name":"unrelated"}',
    "web/src/package.json": '{"name":"tpl"}',
  }, { name: "My_Shop" });
  assert.deepEqual(JSON.parse(files.get("package.json") as string), {
    author: { name: "me" },
    name: "my_shop",
  });
  assert.equal(files.get("server/package.json"), '{"name":"my_shop-server","type":"module"}');
  assert.equal(files.get("web/package.json"), '{"name":"unrelated"}');
  assert.equal(files.get("web/src/package.json"), '{"name":"tpl"}');
});

Deno.test("fitTemplate: placeholders in text; bytes, other braces and line ends stay", () => {
  const png = new Uint8Array([0x89, 0x50, 0, ...new TextEncoder().encode("{{PROJECT_NAME}}")]);
  const latin = new Uint8Array([0xe9, ...new TextEncoder().encode("{{PROJECT_NAME}}")]);
  const files = fit({
    "a.html": new TextEncoder().encode("\ufeff{{PROJECT_NAME}} {{projectName}} {{other}}\r\n"),
    "dot.png": png,
    "old.txt": latin,
    "_gitignore": "dist/\n",
    "web/_gitignore": "dist/\n",
  });
  assert.equal(files.get("a.html"), "\ufeffshop shop {{other}}\r\n");
  assert.deepEqual([files.get("dot.png"), files.get("old.txt")], [png, latin]);
  assert.deepEqual([files.has(".gitignore"), files.has("web/.gitignore")], [true, true]);
});

const AGENT_FILES: [what: string, has: string[], wanted: string, gets: Record<string, string>][] = [
  ["are renamed", ["AGENTS.md", "server/AGENTS.md"], "CLAUDE.md", {
    "CLAUDE.md": "AGENTS.md",
    "server/CLAUDE.md": "server/AGENTS.md",
  }],
  ["of another agent are renamed too", ["GEMINI.md", "server/GEMINI.md"], "AGENTS.md", {
    "AGENTS.md": "GEMINI.md",
    "server/AGENTS.md": "server/GEMINI.md",
  }],
  ["that are there stay, with those that they may name", ["AGENTS.md", "CLAUDE.md"], "CLAUDE.md", {
    "AGENTS.md": "AGENTS.md",
    "CLAUDE.md": "CLAUDE.md",
    "server/CLAUDE.md": "ours server/",
  }],
  ["come from this program where there are none", [], "GEMINI.md", {
    "GEMINI.md": "ours ",
    "server/GEMINI.md": "ours server/",
  }],
];
for (const [what, has, wanted, gets] of AGENT_FILES) {
  Deno.test(`fitTemplate: instruction files ${what}`, () => {
    const template = Object.fromEntries(has.map((path) => [path, path]));
    const files = fit(template, { instructions: wanted });
    const found = [...files].filter(([path]) => path.endsWith(".md"));
    assert.deepEqual(Object.fromEntries(found), gets);
  });
}

Deno.test("fitTemplate: generated files are this program's, where the server lies", () => {
  const folder = "backend/src/__generated__";
  const files = fit({
    "edgespark.toml": '[server]\npath = "backend"\n',
    [`${folder}/edgespark.d.ts`]: "old",
    [`${folder}/.checksums.json`]: '{"server_types":"sha256-old","mine":1}',
  });
  assert.match(files.get(`${folder}/edgespark.d.ts`) as string, /declare module "edgespark"/);
  const sums = JSON.parse(files.get(`${folder}/.checksums.json`) as string);
  assert.equal(sums.mine, 1);
  assert.notEqual(sums.server_types, "sha256-old");
  assert.ok(files.has(`${folder}/sys_schema.ts`));
});
