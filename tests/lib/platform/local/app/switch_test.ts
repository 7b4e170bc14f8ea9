import assert from "node:assert/strict";
import { join } from "@std/path";
import { inWorld, SETTINGS } from "./support/world.ts";

Deno.test("a switch loses no request, and a slow one ends on the old code", () =>
  inWorld(async (world) => {
    const [v1, v2] = [await world.deployment("v1"), await world.deployment("v2")];
    const slow = world.get("/api/public/slow?ms=600").then((response) => response.text());
    await world.logged((record) => record.message === "slow begins");
    let running = true;
    const statuses = new Map<number, number>();
    const seen = new Set<string>();
    const client = async (closes: boolean) => {
      while (running) {
        const headers: HeadersInit = closes ? { connection: "close" } : {};
        const response = await world.get("/api/public/version", { headers });
        seen.add(await response.text());
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      }
    };
    const clients = Array.from({ length: 8 }, (_, index) => client(index % 2 === 0));
    for (const deployment of [v2, v1, v2]) {
      const switched = world.next("switched");
      world.send({ type: "deploy", deployment, settings: SETTINGS });
      assert.equal((await switched).id, deployment.id);
      assert.equal(await (await world.get("/api/public/version")).text(), deployment.id);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    running = false;
    await Promise.all(clients);
    assert.equal(await slow, "v1");
    assert.deepEqual([...statuses.keys()], [200]);
    assert.deepEqual(seen, new Set(["v1", "v2"]));
    assert.equal(await (await world.get("/")).text(), "<h1>v2</h1>");
  }));

Deno.test("a bundle that cannot run leaves the old one in place", () =>
  inWorld(async (world) => {
    const bundlePath = join(world.folder, "deployments", "bad.js");
    const cases = [
      ["throw new Error('at the top')", "BUNDLE_FAILED", /at the top/],
      ["export default 5", "BUNDLE_INVALID", /no Hono app/],
    ] as const;
    for (const [index, [code, failure, reason]] of cases.entries()) {
      await Deno.writeTextFile(bundlePath, code);
      const failed = world.next("failed");
      world.send({
        type: "deploy",
        deployment: {
          id: `bad${index}`,
          bundlePath,
          sourceMapPath: null,
          assetsDir: null,
          spaFallback: false,
        },
        settings: SETTINGS,
      });
      const message = await failed;
      assert.equal(message.during, "deploy");
      assert.equal(message.code, failure);
      assert.match(message.reason, reason);
    }
    assert.equal(await (await world.get("/api/public/version")).text(), "v1");
  }));

Deno.test("a pause holds new requests until it ends", () =>
  inWorld(async (world) => {
    const slow = world.get("/api/public/slow?ms=150").then((response) => response.text());
    await world.logged((record) => record.message === "slow begins");
    world.send({ type: "pause", timeout: 2000 });
    assert.equal((await world.next("paused")).inFlight, 0);
    assert.equal(await slow, "v1");
    let answered = false;
    const held = world.get("/api/public/version").then(async (response) => {
      answered = true;
      return await response.text();
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(answered, false);
    world.send({ type: "resume" });
    assert.equal(await held, "v1");
  }));

Deno.test("a taken port is reported as such", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    await assert.rejects(
      inWorld(async () => {}, { start: { port: listener.addr.port } }),
      /PORT_TAKEN/,
    );
  } finally {
    listener.close();
  }
});
