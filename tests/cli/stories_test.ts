/** Whole sentences told to the program as a person or an agent would meet them. */
import { join } from "@std/path";
import assert from "node:assert/strict";
import { ROOT } from "../support/fixtures.ts";
import { say } from "../support/say.ts";

/** A project of just these files. */
async function project(files: Record<string, string>) {
  const root = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  return { root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

Deno.test("broken toml: exit 7 with line and column", async () => {
  await using p = await project({ "edgespark.toml": '[server]\npath = "server\n' });
  const said = await say("db generate --json", { cwd: p.root });
  assert.equal(said.code, 7);
  assert.equal(said.out, "");
  assert.equal(said.json.error.code, "CONFIG_INVALID");
  assert.deepEqual([said.json.error.details.line, said.json.error.details.file], [
    2,
    "edgespark.toml",
  ]);
});

Deno.test("broken yaml: exit 7 with line and column", async () => {
  const yaml = "disableSignUp: false\nproviderEmailPassword:\n  enabeld: true\n";
  await using p = await project({ "edgespark.toml": "", "configs/auth-config.yaml": yaml });
  const said = await say("auth apply --json", { cwd: p.root });
  assert.equal(said.code, 7);
  const [finding] = said.json.error.details.findings;
  assert.deepEqual([said.json.error.code, finding.line], ["AUTH_CONFIG_INVALID", 3]);
});

const LEGACY: [name: string, files: Record<string, string>][] = [
  ["[app.server] in the toml", { "edgespark.toml": '[app.server]\npath = "server"\n' }],
  ["createApp", {
    "edgespark.toml": "",
    "server/src/index.ts":
      "export async function createApp(edgespark: unknown) { return edgespark; }\n",
  }],
  ["@generated", {
    "edgespark.toml": "",
    "server/src/index.ts": 'import { tables } from "@generated";\nexport default tables;\n',
  }],
];
for (const [name, files] of LEGACY) {
  for (const line of ["db generate", "deploy --dry-run", "pull types"]) {
    Deno.test(`legacy layout (${name}): \`${line}\` is refused with exit 7`, async () => {
      await using p = await project(files);
      const said = await say(`${line} --json`, { cwd: p.root });
      assert.equal(said.code, 7);
      assert.equal(said.json.error.code, "LEGACY_LAYOUT");
      assert.ok(said.json.error.hint.length > 20);
    });
  }
}

Deno.test("Ctrl-C during an evaluation: exit 130, nothing written, nothing left running", async () => {
  await using p = await project({
    "edgespark.toml": "",
    "server/src/defs/db_schema.ts": `console.log(1);\nfor (;;) {}\nexport {};\n`,
  });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", join(ROOT, "main.ts"), "db", "generate"],
    cwd: p.root,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const sandbox = await childOf(child.pid);
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  assert.equal(code, 130, new TextDecoder().decode(stderr));
  assert.match(new TextDecoder().decode(stderr), /^Error: Cancelled \(CANCELLED\)\n$/);
  // It was told to end before its parent did; the system takes a moment, but far less than the time
  // after which it would be ended anyway.
  for (let waited = 0; waited < 2_000 && await isRunning(sandbox); waited += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(await isRunning(sandbox), false);
  assert.equal(await Deno.stat(join(p.root, "server/drizzle")).catch(() => null), null);
});

/** The process that evaluates, once it is there. */
async function childOf(pid: number): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    for (const child of await childrenOf(pid)) {
      const line = await Deno.readTextFile(`/proc/${child}/cmdline`).catch(() => "");
      if (line.includes("sandbox")) return child;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("no sandbox was started");
}

async function childrenOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  for await (const task of Deno.readDir(`/proc/${pid}/task`)) {
    const text = await Deno.readTextFile(`/proc/${pid}/task/${task.name}/children`).catch(() => "");
    found.push(...text.split(" ").filter(Boolean).map(Number));
  }
  return found;
}

async function isRunning(pid: number): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}
