import assert from "node:assert/strict";
import { join } from "@std/path";
import { diagnose } from "../../../lib/check/doctor/doctor.ts";
import type { DoctorLine } from "../../../lib/check/doctor/line.ts";
import { denoLocks } from "../../../lib/deno/locks.ts";
import { openProject } from "../../../lib/project/project.ts";
import { say } from "../../support/say.ts";
import { testSystem } from "../../support/system.ts";
import { inProject, runProgram } from "./world.ts";

const lineOf = (lines: DoctorLine[], name: string): DoctorLine => {
  const line = lines.find((line) => line.name === name);
  assert.ok(line, `${name} is missing in ${lines.map(({ name }) => name)}`);
  return line;
};

Deno.test("a project in order: every line is ok or says what to do", () =>
  inProject({}, async (world) => {
    const { code, json } = await world.say("doctor --json");
    assert.deepEqual([code, json.ok], [0, true]);
    for (const { name, state, fix } of json.lines as DoctorLine[]) {
      assert.equal(state === "ok", fix === null, name);
      assert.notEqual(state, "error", name);
    }
    const names = [...new Set((json.lines as DoctorLine[]).map(({ name }) => name))];
    assert.deepEqual(names, [
      "program",
      "runtime",
      "environment",
      "permissions",
      "state folder",
      "disk",
      "project",
      "packages",
      "git",
      "lock",
      "server",
      "secrets",
    ]);
    assert.match(
      lineOf(json.lines, "runtime").message,
      /^Deno \d+\.\d+\.\d+, V8 .*, SQLite 3\.\d+/,
    );
    const words = (await world.say("doctor")).out.split("\n");
    assert.match(words[0]!, /^ok {7}program {7}edgespark \d/);
  }));

Deno.test("the project's packages by their installed versions", () =>
  inProject({
    "server/node_modules/typescript/package.json": '{"version":"5.9.3"}',
    "node_modules/drizzle-orm/package.json": '{"version":"0.45.4"}',
  }, async ({ say, root }) => {
    const { json } = await say("doctor --json");
    const lines = (json.lines as DoctorLine[]).filter(({ name }) => name === "packages");
    assert.deepEqual(lines.map(({ state, message }) => `${state} ${message}`), [
      "ok typescript 5.9.3, drizzle-orm 0.45.4",
      "warning `hono` is not installed: the program's own copy is used",
    ]);
    assert.equal(lines[1]!.fix, `Run \`cd ${join(root, "server")} && npm install\``);
  }));

Deno.test("outside a project, without a home", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    const env = { HOME: "", EDGESPARK_STATE_DIR: "" };
    const { code, json } = await say("doctor --json", { cwd, env });
    assert.equal(code, 0);
    assert.equal(lineOf(json.lines, "project").state, "warning");
    assert.match(lineOf(json.lines, "project").fix!, /edgespark init <name>/);
    assert.match(lineOf(json.lines, "state folder").fix!, /^Set `EDGESPARK_STATE_DIR`/);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("a broken configuration and an old layout are errors, with the way out", () =>
  inProject({ "edgespark.toml": "[server\n" }, async ({ say, write }) => {
    const broken = await say("doctor --json");
    assert.equal(broken.code, 1);
    assert.match(lineOf(broken.json.lines, "project").message, /^Invalid `edgespark\.toml`/);
    await write("edgespark.toml", '[app.server]\npath = "server"\n');
    const legacy = await say("doctor --json");
    assert.equal(legacy.code, 1);
    assert.match(lineOf(legacy.json.lines, "project").fix!, /^Rename `\[app\.server\]`/);
  }));

Deno.test("a lock that is held, one that was left, and one that is free", () =>
  inProject({}, async ({ say, root }) => {
    const path = join(root, ".edgespark", "lock");
    const held = await denoLocks().tryAcquire(path, "db migrate");
    assert.ok("release" in held);
    const during = lineOf((await say("doctor --json")).json.lines, "lock");
    assert.equal(during.state, "warning");
    assert.match(
      during.message,
      new RegExp(`^Held by .edgespark db migrate. \\(process ${Deno.pid},`),
    );
    assert.match(during.fix!, new RegExp(`kill ${Deno.pid}`));
    held.release();
    assert.equal(lineOf((await say("doctor --json")).json.lines, "lock").message, "Free");
    await Deno.writeTextFile(path, '{"pid":1,"command":"db generate","start":"2026"}');
    const after = lineOf((await say("doctor --json")).json.lines, "lock");
    assert.match(after.message, /^Free; `edgespark db generate` \(process 1\) had died with it$/);
  }));

Deno.test({
  name: "a key that others may read",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inProject({}, async ({ say, root }) => {
      const keys = join(root, "..", ".test-state", "keys");
      await Deno.mkdir(keys, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(join(keys, "a"), "", { mode: 0o644 });
      await Deno.chmod(join(keys, "a"), 0o644);
      const { code, json } = await say("doctor --json");
      assert.equal(code, 1);
      assert.equal(lineOf(json.lines, "state folder").fix, `Run \`chmod 600 ${join(keys, "a")}\``);
      await Deno.chmod(join(keys, "a"), 0o600);
      assert.match(
        lineOf((await say("doctor --json")).json.lines, "state folder").message,
        /1 key/,
      );
    }),
});

Deno.test("what a part throws is a line, and the others are told", () =>
  inProject({}, async ({ root }) => {
    const system = testSystem({ cwd: root });
    const broken = {
      ...system,
      locks: { tryAcquire: () => Promise.reject(new Error("No locks here")) },
      permissions: { ...system.permissions, held: () => ({ write: "none" as const }) },
    };
    await Deno.mkdir(join(root, ".edgespark"), { recursive: true });
    await Deno.writeTextFile(join(root, ".edgespark", "lock"), "");
    const { ok, lines } = await diagnose(broken, () => openProject(system, root));
    assert.equal(ok, false);
    assert.equal(lineOf(lines, "lock").message, "No locks here");
    assert.match(lineOf(lines, "permissions").fix!, /`--allow-write`/);
    assert.equal(lineOf(lines, "server").message, "Not running");
    await system.close();
  }));

Deno.test("it runs with the network denied", () =>
  inProject({}, async (world) => {
    const flags = ["-A", "--deny-net", "--no-remote", "--cached-only"];
    const { code, out, err } = await runProgram(world, ["doctor", "--json"], { flags });
    assert.equal(code, 0, err);
    const { lines } = JSON.parse(out);
    assert.match(lineOf(lines, "permissions").message, /^No permission to net/);
    assert.equal(lineOf(lines, "server").message, "Not running");
  }));
