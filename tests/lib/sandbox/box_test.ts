import assert from "node:assert/strict";
import { join } from "@std/path";
import { openBox } from "../../../lib/sandbox/box.ts";
import { encodeFrame } from "../../../lib/sandbox/frame.ts";
import { INBOUND } from "../../../lib/sandbox/host.ts";
import { ROOT } from "../../../scripts/esbuild_options.ts";
import { sandboxSystem } from "./world.ts";

const BUCKET = "export const a = { bucket_name: 'x', description: 'd' }";

Deno.test("a box answers once and is gone", async () => {
  const box = openBox(sandboxSystem("/"));
  const outcome = await box.run({ kind: "buckets", code: BUCKET, builtins: [] });
  assert.ok(outcome.kind === "answer" && outcome.busy > 0 && outcome.busy < 5_000);
  assert.deepEqual(outcome, {
    kind: "answer",
    busy: outcome.busy,
    value: { ok: true, value: [{ exportName: "a", name: "x", description: "d" }], words: [] },
  });
});

Deno.test("a box that never gets a job can be closed", async () => {
  const box = openBox(sandboxSystem("/"));
  await box.close();
});

Deno.test("an interrupted program takes its box along", async () => {
  const interrupt = new AbortController();
  const box = openBox({ ...sandboxSystem("/"), signal: interrupt.signal });
  const running = box.run({ kind: "buckets", code: "for (;;);", builtins: [] });
  setTimeout(() => interrupt.abort(), 100);
  assert.equal((await running).kind, "silent");
});

Deno.test("code that writes to stdout cannot answer for the box", async () => {
  // Where the module of Node's process gives out the real streams.
  const code = `import { stdout } from "node:process";
    const forged = '{"kind":"answer","value":"forged"}';
    for (const name of ["${INBOUND}", "x"]) stdout?.write("\\n" + name + " " + forged.length + "\\n" + forged);
    ${BUCKET}`;
  const box = openBox(sandboxSystem("/"));
  const outcome = await box.run({ kind: "buckets", code, builtins: ["node:process"] });
  assert.ok(outcome.kind === "answer" ? outcome.value !== "forged" : true);
});

Deno.test("a broken program gives no answer, but a reason", async () => {
  const system = sandboxSystem("/");
  const command = () => ({
    program: Deno.execPath(),
    args: ["eval", "console.error('Broken'); Deno.exit(3)"],
    env: {},
  });
  const box = openBox({ ...system, reentry: { compiled: false, command } });
  const outcome = await box.run({ kind: "buckets", code: BUCKET, builtins: [] });
  assert.equal(outcome.kind, "silent");
  assert.match(outcome.kind === "silent" ? outcome.reason : "", /exit code 3: Broken/);
});

Deno.test("the host ends with its parent, also while code loops in it", async () => {
  const system = sandboxSystem("/");
  const { program, args, env } = system.reentry.command("sandbox", {}, []);
  const child = new Deno.Command(program, {
    args,
    env,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(
    encodeFrame(INBOUND, {
      secret: "s",
      memory: 1e9,
      worker: await system.assets.text("sandbox_worker.js"),
    }),
  );
  await stdin.write(encodeFrame(INBOUND, { kind: "buckets", code: "for (;;);", builtins: [] }));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await stdin.close();
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  const status = await child.status;
  clearTimeout(timer);
  assert.deepEqual([status.code, status.signal], [0, null]);
});

Deno.test("memory is watched from outside also by a program that may not read /proc", async () => {
  const script = `
    import { watchMemory } from ${JSON.stringify(join(ROOT, "lib/sandbox/memory.ts"))};
    const bomb = "const a = []; setInterval(() => { if (a.length < 40) a.push(new Uint8Array(1 << 24).fill(1)); }, 5);";
    const child = new Deno.Command(Deno.execPath(), { args: ["eval", bomb] }).spawn();
    const watch = watchMemory(child.pid, 200 * 1024 * 1024, () => child.kill("SIGKILL"));
    const { signal } = await child.status;
    console.log(signal, await watch.exceeded());
    watch.stop();`;
  const output = async (permissions: string[]) => {
    const args = ["run", "--no-prompt", "--no-lock", ...permissions, "--ext=ts", "-"];
    const child = new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const stdin = child.stdin.getWriter();
    await stdin.write(new TextEncoder().encode(script));
    await stdin.close();
    return new TextDecoder().decode((await child.output()).stdout).trim();
  };
  assert.equal(await output(["-A"]), "SIGKILL true");
  assert.equal(await output(["--allow-run", "--allow-read=/"]), "SIGKILL true");
});
