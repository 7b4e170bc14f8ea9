import { join } from "@std/path";
import assert from "node:assert/strict";
import { withLock } from "../../../lib/project/lock.ts";
import { openProject } from "../../../lib/project/project.ts";
import { Failure } from "../../../lib/failure.ts";
import { ROOT } from "../../support/fixtures.ts";
import { testSystem } from "../../support/system.ts";

async function world() {
  const cwd = await Deno.makeTempDir();
  await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
  const system = testSystem({ cwd });
  return {
    cwd,
    system,
    project: await openProject(system, undefined),
    [Symbol.asyncDispose]: () => Deno.remove(cwd, { recursive: true }),
  };
}

Deno.test("writers run one after the other, and the lock says who holds it", async () => {
  await using w = await world();
  const order: string[] = [];
  const slow = withLock(w.system, w.project, "db migrate", async () => {
    order.push("a in");
    const holder = JSON.parse(await Deno.readTextFile(join(w.cwd, ".edgespark", "lock")));
    assert.deepEqual([holder.pid, holder.command], [Deno.pid, "db migrate"]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    order.push("a out");
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  await withLock(w.system, w.project, "var set", () => Promise.resolve(order.push("b")));
  await slow;
  assert.deepEqual(order, ["a in", "a out", "b"]);
  assert.equal(await Deno.readTextFile(join(w.cwd, ".edgespark", "lock")), "");
  assert.equal(await Deno.readTextFile(join(w.cwd, ".edgespark", ".gitignore")), "*\n");
});

Deno.test("after 10 s the second writer gives up with LOCKED and names the holder", async () => {
  await using w = await world();
  let now = 0;
  const hurried = {
    ...w.system,
    clock: { now: () => now, sleep: (ms: number) => Promise.resolve(void (now += ms)) },
  };
  await withLock(w.system, w.project, "db migrate", async () => {
    await assert.rejects(
      withLock(hurried, w.project, "var set", () => Promise.resolve()),
      (error: unknown) => {
        assert.ok(error instanceof Failure);
        assert.deepEqual([error.kind, error.code], ["conflict", "LOCKED"]);
        assert.match(
          error.message,
          new RegExp(`locked by \`edgespark db migrate\` \\(process ${Deno.pid},`),
        );
        return true;
      },
    );
  });
  assert.ok(now >= 10_000);
});

Deno.test("a holder that was killed leaves no lock behind", async () => {
  await using w = await world();
  const script = `
    const { denoLocks } = await import(${
    JSON.stringify(new URL("../../../lib/deno/locks.ts", import.meta.url).href)
  });
    await denoLocks().tryAcquire(${
    JSON.stringify(join(w.cwd, ".edgespark", "lock"))
  }, "db migrate");
    console.log("held");
    setInterval(() => {}, 1000);`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", join(ROOT, "deno.json"), "--ext=ts", "-"],
    stdin: "piped",
    stdout: "piped",
    cwd: ROOT,
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const reader = child.stdout.getReader();
  await reader.read();
  const blocked = await w.system.locks.tryAcquire(join(w.cwd, ".edgespark", "lock"), "x");
  assert.ok("heldBy" in blocked && blocked.heldBy?.pid === child.pid);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  const lock = await w.system.locks.tryAcquire(join(w.cwd, ".edgespark", "lock"), "x");
  assert.ok("release" in lock);
  assert.equal(lock.staleHolder?.pid, child.pid);
  lock.release();
});
