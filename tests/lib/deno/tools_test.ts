import assert from "node:assert/strict";
import { denoTools } from "../../../lib/deno/tools.ts";
import { Failure } from "../../../lib/failure.ts";

const cwd = Deno.cwd();
const never = new AbortController().signal;

Deno.test("a tool sees the named variables and none of ours besides the few that are inherited", async () => {
  Deno.env.set("EDGESPARK_TEST_CANARY", "leak");
  const result = await denoTools(never).run({
    program: "/usr/bin/env",
    args: [],
    cwd,
    env: { NAMED: "1" },
  });
  assert.equal(result.code, 0);
  assert.match(result.stdout, /^NAMED=1$/m);
  assert.match(result.stdout, /^PATH=/m);
  assert.doesNotMatch(result.stdout, /CANARY/);
});

Deno.test("arguments are passed as they are, never through a shell", async () => {
  const result = await denoTools(never).run({
    program: "/bin/echo",
    args: ["$HOME; echo x", "*"],
    cwd,
  });
  assert.equal(result.stdout, "$HOME; echo x *\n");
});

Deno.test("stdin is fed, the exit code and both streams come back", async () => {
  const result = await denoTools(never).run({
    program: "/bin/sh",
    args: ["-c", "cat; echo err >&2; exit 7"],
    cwd,
    stdin: "in",
  });
  assert.deepEqual([result.code, result.stdout, result.stderr, result.timedOut], [
    7,
    "in",
    "err\n",
    false,
  ]);
});

Deno.test("at the time limit the program dies with what it started", async () => {
  const started = performance.now();
  const result = await denoTools(never).run({
    program: "/bin/sh",
    args: ["-c", "sleep 30 & sleep 30"],
    cwd,
    timeout: 200,
  });
  assert.deepEqual([result.code, result.timedOut], [-1, true]);
  assert.ok(performance.now() - started < 5000);
});

Deno.test("an interrupt ends it", async () => {
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(), 100);
  const result = await denoTools(interrupt.signal).run({
    program: "/bin/sleep",
    args: ["30"],
    cwd,
  });
  assert.equal(result.code, -1);
});

Deno.test("a program that is not there is TOOL_NOT_FOUND, exit 8", async () => {
  await assert.rejects(
    denoTools(never).run({ program: "/no/such/program", args: [], cwd }),
    (error: unknown) =>
      error instanceof Failure && error.kind === "tool" && error.code === "TOOL_NOT_FOUND",
  );
  assert.equal(await denoTools(never).find("no-such-program-here"), null);
  assert.match((await denoTools(never).find("sh"))!, /\/sh$/);
});
