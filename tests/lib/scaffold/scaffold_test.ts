import { join } from "@std/path";
import assert from "node:assert/strict";
import { DEFAULT_AUTH_CONFIG, sameAuthConfig } from "../../../lib/declare/auth_config.ts";
import { parseAuthYaml } from "../../../lib/declare/auth_yaml.ts";
import { parseRuntimeKeys } from "../../../lib/declare/runtime_keys.ts";
import { renderTypes } from "../../../lib/generated/render.ts";
import { parseConfig } from "../../../lib/project/config.ts";
import { agentFile, AGENTS } from "../../../lib/scaffold/agents.ts";
import { checkProjectName } from "../../../lib/scaffold/project_name.ts";
import { scaffoldFiles } from "../../../lib/scaffold/scaffold.ts";
import type { BuiltIn } from "../../../lib/scaffold/templates.ts";
import { templateAssets } from "./template_assets.ts";

const PROJECT_ID = "6f0c3c2e-8d6a-4a53-9d2c-0f1b2a3c4d5e";

async function scaffold(agent = "codex", template?: BuiltIn): Promise<Map<string, string>> {
  const files = await scaffoldFiles(templateAssets(), {
    name: "my-app",
    agent,
    projectId: PROJECT_ID,
    template,
  });
  return new Map(files.map(({ path, content }) => [path, content as string]));
}

Deno.test("scaffoldFiles: the whole layout, sorted", async () => {
  assert.deepEqual([...(await scaffold()).keys()], [
    ".gitignore",
    ".logs/.gitignore",
    "AGENTS.md",
    "configs/auth-config.yaml",
    "edgespark.toml",
    "package.json",
    "server/.gitignore",
    "server/AGENTS.md",
    "server/package.json",
    "server/src/__generated__/.checksums.json",
    "server/src/__generated__/edgespark.d.ts",
    "server/src/__generated__/server-types.d.ts",
    "server/src/__generated__/sys_relations.ts",
    "server/src/__generated__/sys_schema.ts",
    "server/src/defs/db_relations.ts",
    "server/src/defs/db_schema.ts",
    "server/src/defs/index.ts",
    "server/src/defs/runtime.ts",
    "server/src/defs/storage_schema.ts",
    "server/src/index.ts",
    "server/tsconfig.json",
    "web/.gitignore",
    "web/AGENTS.md",
    "web/index.html",
    "web/package.json",
    "web/public/favicon.svg",
    "web/src/App.tsx",
    "web/src/components/Account.tsx",
    "web/src/components/ServerStatus.tsx",
    "web/src/components/SignIn.tsx",
    "web/src/hooks/useAuth.ts",
    "web/src/index.css",
    "web/src/lib/edgespark.ts",
    "web/src/main.tsx",
    "web/src/vite-env.d.ts",
    "web/tsconfig.json",
    "web/vite.config.ts",
  ]);
});

Deno.test("scaffoldFiles: the folder for logs is there for shells, and git keeps it without the logs", async () => {
  const root = await Deno.makeTempDir({ prefix: "edgespark-scaffold-" });
  const run = async (command: string, ...args: string[]) => {
    const { code, stdout } = await new Deno.Command(command, { args, cwd: root }).output();
    assert.equal(code, 0, [command, ...args].join(" "));
    return new TextDecoder().decode(stdout).trim().split("\n");
  };
  try {
    for (const [path, text] of await scaffold()) {
      if (!path.includes(".gitignore")) continue;
      await Deno.mkdir(join(root, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    if (Deno.build.os !== "windows") {
      await run("sh", "-c", "echo line > .logs/edgespark.log && echo line > dev.log");
    }
    await run("git", "init", "--quiet");
    assert.deepEqual(await run("git", "ls-files", "--others", "--exclude-standard"), [
      ".gitignore",
      ".logs/.gitignore",
      "server/.gitignore",
      "web/.gitignore",
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("scaffoldFiles: no placeholder stays, and every text is ASCII with a final line end", async () => {
  for (const [path, text] of await scaffold("claude")) {
    assert.doesNotMatch(text, /\{\{[A-Z_]+\}\}|REPLACED_ON_INIT/, path);
    assert.match(text, /^[\n\x20-\x7e]+[^\n]\n$/, path);
  }
});

Deno.test("scaffoldFiles: the instruction files get the agent's name, and name each other by it", async () => {
  for (
    const [agent, name] of [["claude", "CLAUDE.md"], ["gemini", "GEMINI.md"], ["kiro", "AGENTS.md"]]
  ) {
    const files = await scaffold(agent);
    const found = [...files.keys()].filter((path) => /[A-Z]+\.md$/.test(path));
    assert.deepEqual(found, [name, `server/${name}`, `web/${name}`]);
    assert.match(files.get(name!)!, new RegExp(`server/${name}[\\s\\S]*web/${name}`));
  }
});

Deno.test("scaffoldFiles: every part is what its reader takes", async () => {
  const files = await scaffold();
  const config = parseConfig(files.get("edgespark.toml")!, "edgespark.toml");
  assert.equal(config.projectId, PROJECT_ID);
  assert.deepEqual([config.serverPath, config.web], ["server", {
    path: "web",
    outputPath: "web/dist",
  }]);
  assert.deepEqual(JSON.parse(files.get("package.json")!), { name: "my-app", private: true });
  const auth = parseAuthYaml(files.get("configs/auth-config.yaml")!, "configs/auth-config.yaml");
  assert.ok(sameAuthConfig(auth, DEFAULT_AUTH_CONFIG));
  const keys = parseRuntimeKeys(files.get("server/src/defs/runtime.ts")!, "runtime.ts");
  assert.deepEqual([keys.vars, keys.secrets], [[], []]);
  const generated = files.get("server/src/__generated__/edgespark.d.ts");
  assert.equal(generated, renderTypes()["edgespark.d.ts"]);
});

Deno.test("scaffoldFiles: depends on no @edgespark package, and no tsconfig has a baseUrl", async () => {
  const files = await scaffold();
  for (const part of ["server", "web"]) {
    assert.doesNotMatch(files.get(`${part}/package.json`)!, /@edgespark/);
    const { compilerOptions } = JSON.parse(files.get(`${part}/tsconfig.json`)!);
    assert.equal("baseUrl" in compilerOptions, false);
  }
});

Deno.test("scaffoldFiles: the API alone has nothing of a web app", async () => {
  const files = await scaffold("codex", "api");
  assert.deepEqual([...files.keys()].filter((path) => path.startsWith("web")), []);
  assert.equal(parseConfig(files.get("edgespark.toml")!, "edgespark.toml").web, null);
  assert.match(files.get("server/src/index.ts")!, /"\/api\/me"/);
  for (const [path, text] of files) {
    assert.doesNotMatch(text, /\{\{[A-Z_]+\}\}|REPLACED_ON_INIT|<!-- \/?web -->/, path);
    if (path.endsWith("AGENTS.md")) assert.doesNotMatch(text, /web\/|npm run dev|React/, path);
  }
  const shared = await scaffold();
  assert.equal(files.get("server/tsconfig.json"), shared.get("server/tsconfig.json"));
});

Deno.test("checkProjectName", () => {
  for (const name of ["a", "7up", "my-app", "My_App-2", "x".repeat(64)]) checkProjectName(name);
  for (
    const name of [
      "",
      "-a",
      "_a",
      ".a",
      "a b",
      "a/b",
      "../a",
      "a.b",
      "\u00e9t\u00e9",
      "a\n",
      "x".repeat(65),
    ]
  ) {
    assert.throws(
      () => checkProjectName(name),
      { kind: "usage", code: "BAD_NAME" },
      JSON.stringify(name),
    );
  }
  assert.throws(() => checkProjectName("./My app!"), { hint: /for example `My-app`$/ });
});

Deno.test("agentFile: no agent is refused with the names", () => {
  for (const agent of [undefined, "", "  "]) {
    assert.throws(() => agentFile(agent), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, "MISSING_AGENT");
      for (const name of AGENTS) assert.match(error.hint, new RegExp(`\\b${name}\\b`));
      return true;
    });
  }
  assert.equal(agentFile("Claude"), "CLAUDE.md");
  assert.equal(agentFile("constructor"), "AGENTS.md");
});
