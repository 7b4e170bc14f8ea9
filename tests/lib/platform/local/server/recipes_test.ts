import assert from "node:assert/strict";
import { dirname, join } from "@std/path";
import { PROGRAM_FLAGS } from "../../../../../scripts/program_flags.ts";
import { ROOT } from "../../../../support/fixtures.ts";
import { until } from "./world.ts";

const DOCS = await Deno.readTextFile(join(ROOT, "docs", "runtime.md"));

function block(kind: string): string {
  return new RegExp("```" + kind + "\n([^]*?)```").exec(DOCS)?.[1] ?? assert.fail(`No ${kind}`);
}

/** The arguments behind `run` up to the program. */
function flagsOf(line: string[]): string[] {
  return line.slice(line.indexOf("run") + 1, line.findIndex((word) => word.endsWith("main.js")));
}

/** Whether a tool is on this machine. */
async function has(tool: string): Promise<boolean> {
  return await new Deno.Command(tool, { args: ["--version"], stdout: "null", stderr: "null" })
    .output().then(() => true, () => false);
}

const EXPECTED = new Set([...PROGRAM_FLAGS, "--no-config"]);

Deno.test("the systemd unit grants what the program needs, and systemd takes it", async () => {
  const unit = block("ini");
  const line = /^ExecStart=(.*)$/m.exec(unit)![1]!.split(" ");
  assert.deepEqual(new Set(flagsOf(line)), EXPECTED);
  // Longer than the server lets requests finish.
  assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)![1]) > 30);
  if (!await has("systemd-analyze")) return;
  const folder = await Deno.makeTempDir({ prefix: "edgespark-unit-" });
  const file = join(folder, "my-app.service");
  // It also looks whether the program and the user are there.
  const here = unit.replace(line[0]!, Deno.execPath()).replace(/^User=.*$/m, "User=root");
  await Deno.writeTextFile(file, here);
  const { code, stderr } = await new Deno.Command("systemd-analyze", {
    args: ["verify", "--man=no", file],
    stdout: "null",
  }).output();
  const said = new TextDecoder().decode(stderr).split("\n").filter((one) =>
    one.includes("my-app.service")
  );
  await Deno.remove(folder, { recursive: true });
  assert.deepEqual(said, []);
  assert.equal(code, 0);
});

Deno.test("the container's command line serves without a home, as a user who may write two folders only", async () => {
  const recipe = block("dockerfile");
  const line: string[] = JSON.parse(/^CMD (.*)$/m.exec(recipe)![1]!);
  assert.deepEqual(new Set(flagsOf(line)), EXPECTED);
  const folder = await Deno.makeTempDir({ prefix: "edgespark-container-" });
  const [app, state] = [join(folder, "app"), join(folder, "state")];
  for (const path of [join(app, ".edgespark"), state]) await Deno.mkdir(path, { recursive: true });
  await Deno.writeTextFile(join(app, "edgespark.toml"), "");
  // Another user can only be tried by root, where others may read the program.
  const root = Deno.uid() === 0 && openToAll(ROOT) && openToAll(Deno.execPath());
  if (root) {
    await Deno.chmod(folder, 0o755);
    for (const path of [join(app, ".edgespark"), state]) await Deno.chown(path, 65534, 65534);
  }
  const port = freePort();
  // The checkout in the place of the image's bundle: its configuration names the packages.
  const args = line.filter((word) => word !== "--no-config").map((word) =>
    word === "/opt/edgespark/main.js"
      ? join(ROOT, "main.ts")
      : word === "8080"
      ? String(port)
      : word === "0.0.0.0"
      ? "127.0.0.1"
      : word
  );
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: app,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      EDGESPARK_STATE_DIR: state,
      ...(Deno.env.get("DENO_DIR") && { DENO_DIR: Deno.env.get("DENO_DIR")! }),
    },
    ...(root && { uid: 65534, gid: 65534 }),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const words = new Response(child.stderr).text();
  let ended = false;
  child.status.then(() => ended = true);
  await until(async () => {
    if (ended) assert.fail(await words);
    const answer = await fetch(`http://127.0.0.1:${port}/api/_es/health`).catch(() => null);
    if (!answer) return false;
    assert.deepEqual(await answer.json(), { ok: true, deploymentId: null });
    return true;
  }, 60_000);
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 0, await words);
  assert.deepEqual([...Deno.readDirSync(app)].map(({ name }) => name).sort(), [
    ".edgespark",
    "edgespark.toml",
  ]);
  await Deno.remove(folder, { recursive: true });
});

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Whether every folder on the way may be passed by every user. */
function openToAll(path: string): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if (((Deno.statSync(folder).mode ?? 0) & 0o005) !== 0o005) return false;
  }
  return true;
}
