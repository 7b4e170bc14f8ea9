import assert from "node:assert/strict";
import { inWorld, type World } from "./support/world.ts";

const FRONT = "https://front.example";

const preflight = (world: World, path: string, origin: string) =>
  world.get(path, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization, content-type",
    },
  });

Deno.test("a trusted origin may call, also protected routes before anybody is signed in", () =>
  inWorld(async (world) => {
    for (const path of ["/api/who", "/api/public/who", "/api/_es/auth/sign-in/email"]) {
      const answer = await preflight(world, path, FRONT);
      assert.equal(answer.status, 204, path);
      assert.equal(answer.headers.get("access-control-allow-origin"), FRONT);
      assert.equal(answer.headers.get("access-control-allow-credentials"), "true");
      assert.equal(answer.headers.get("access-control-allow-methods"), "POST");
      assert.match(answer.headers.get("access-control-allow-headers")!, /authorization/);
    }
    const refused = await world.get("/api/who", { headers: { origin: FRONT } });
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get("access-control-allow-origin"), FRONT);
    assert.match(refused.headers.get("vary")!, /Origin/);
    await refused.body?.cancel();
  }, { start: { origins: [FRONT] } }));

Deno.test("nobody else is told anything, not even names that begin alike", () =>
  inWorld(async (world) => {
    for (
      const origin of [
        "https://evil.example",
        "http://front.example",
        "https://front.example.evil.example",
        "https://front.example:8443",
        "null",
      ]
    ) {
      assert.equal((await preflight(world, "/api/who", origin)).status, 401, origin);
      const answer = await world.get("/api/public/who", { headers: { origin } });
      assert.equal(answer.headers.get("access-control-allow-origin"), null, origin);
      assert.match(answer.headers.get("vary")!, /Origin/);
      await answer.body?.cancel();
    }
  }, { start: { origins: [FRONT] } }));

Deno.test("without trusted origins nothing is added to an answer", () =>
  inWorld(async (world) => {
    const answer = await world.get("/api/public/who", { headers: { origin: FRONT } });
    assert.equal(answer.headers.get("vary"), null);
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
    await answer.body?.cancel();
  }));
