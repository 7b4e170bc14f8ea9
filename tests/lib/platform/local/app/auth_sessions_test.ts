import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { DEFAULT_AUTH } from "../../../../../lib/runtime/auth/settings.ts";
import { ANNA, Visitor } from "./support/visitor.ts";
import { inWorld, SETTINGS, type World } from "./support/world.ts";

async function signedIn(world: World): Promise<Visitor> {
  const visitor = new Visitor(world);
  await visitor.ask(200, "/sign-in/email", ANNA);
  return visitor;
}

Deno.test("sessions are listed and ended one by one, all others, all", () =>
  inWorld(async (world) => {
    const first = new Visitor(world);
    const { token } = await first.signUp();
    const second = await signedIn(world);
    const third = await signedIn(world);
    assert.equal((await second.ask(200, "/list-sessions")).length, 3);
    await second.ask(200, "/revoke-session", { token });
    assert.equal(await first.who(), null);
    assert.equal((await third.who()).email, ANNA.email);
    await second.ask(200, "/revoke-other-sessions", {});
    assert.equal(await third.who(), null);
    assert.equal((await second.who()).email, ANNA.email);

    const other = new Visitor(world);
    await other.signUp({ ...ANNA, email: "b@example.com" });
    // Somebody else's session is no session here.
    const mine = (await second.ask(200, "/get-session")).session.token;
    await other.auth("/revoke-session", { token: mine });
    assert.equal((await second.who()).email, ANNA.email);
    assert.equal((await new Visitor(world).auth("/list-sessions")).status, 401);
  }));

Deno.test("a bearer token is worth what its cookie is", () =>
  inWorld(async (world) => {
    const response = await new Visitor(world).auth("/sign-up/email", ANNA);
    const token = response.headers.get("set-auth-token")!;
    assert.match(response.headers.get("access-control-expose-headers")!, /set-auth-token/);
    const bearer = new Visitor(world, { authorization: `Bearer ${token}` });
    assert.equal((await bearer.who()).email, ANNA.email);
    assert.equal((await bearer.ask(200, "/get-session")).user.email, ANNA.email);
    assert.equal((await bearer.fetch("/api/who")).status, 200);
    // As a button does it: without a body.
    const out = await bearer.auth("/sign-out", undefined, { method: "POST" });
    assert.equal(out.status, 200, await out.text());
    assert.equal((await bearer.fetch("/api/who")).status, 401);
    assert.equal(
      (await new Visitor(world, { authorization: "Basic YTpi" }).fetch("/api/who")).status,
      401,
    );
  }));

Deno.test("the config's times hold: life, refresh, none at all", () =>
  inWorld(async (world) => {
    const visitor = new Visitor(world);
    const signUp = await visitor.auth("/sign-up/email", ANNA);
    assert.match(signUp.headers.getSetCookie()[0]!, /Max-Age=3600;/);
    assert.match(signUp.headers.getSetCookie()[0]!, /HttpOnly; SameSite=Lax/i);
    const db = new DatabaseSync(join(world.folder, "data.sqlite"));
    const left = Number(
      db.prepare("SELECT expires_at FROM es_system__auth_session").get()!.expires_at,
    );
    assert.ok(Math.abs(left - Date.now() - 3_600_000) < 60_000);
    db.exec(`UPDATE es_system__auth_session SET expires_at = ${Date.now() + 1_000_000}`);
    db.close();
    assert.equal((await visitor.fetch("/api/who")).headers.get("set-cookie"), null);
  }, {
    settings: {
      ...SETTINGS,
      auth: {
        ...DEFAULT_AUTH,
        session: { expiresIn: 3600, updateAge: 60, disableSessionRefresh: true },
      },
    },
  }));

Deno.test("a proxy on this machine is believed about the client, nobody else", () =>
  inWorld(async (world) => {
    const headers = { "x-forwarded-for": "9.9.9.9, 203.0.113.7", "x-forwarded-proto": "https" };
    const host = new URL(world.url).host;
    const visitor = new Visitor(world, { ...headers, origin: `https://${host}` });
    await visitor.signUp();
    const { session } = await visitor.ask(200, "/get-session");
    assert.equal(session.ipAddress, "203.0.113.7");
    await visitor.ask(200, "/update-user", { name: "A" });
  }));
