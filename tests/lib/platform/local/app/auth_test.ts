import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { DEFAULT_AUTH } from "../../../../../lib/runtime/auth/settings.ts";
import { inWorld, SETTINGS, type World } from "./support/world.ts";

const ANNA = { name: "Anna", email: "anna@example.com", password: "correct horse" };

async function signUp(world: World, user = ANNA): Promise<{ cookie: string; token: string }> {
  const response = await world.post("/api/_es/auth/sign-up/email", user);
  assert.equal(response.status, 200, await response.clone().text());
  const { token } = await response.json();
  return { cookie: response.headers.getSetCookie()[0]!.split(";")[0]!, token };
}

Deno.test("protected routes need a session, public ones may have one, webhooks have none", () =>
  inWorld(async (world) => {
    const stranger = await world.get("/api/who");
    assert.equal(stranger.status, 401);
    assert.equal((await stranger.json()).error.code, "UNAUTHENTICATED");
    assert.deepEqual(await (await world.get("/api/public/who")).json(), { user: null, in: false });

    const { cookie, token } = await signUp(world);
    assert.match(cookie, /^better-auth\.session_token=/);
    const { user, date } = await (await world.get("/api/who", { headers: { cookie } })).json();
    assert.equal(date, true);
    assert.match(user.id, /^.{20,}$/);
    assert.ok(Math.abs(new Date(user.createdAt).getTime() - Date.now()) < 60_000);
    assert.deepEqual({ ...user, id: "", createdAt: "" }, {
      id: "",
      email: "anna@example.com",
      name: "Anna",
      image: null,
      emailVerified: false,
      isAnonymous: false,
      createdAt: "",
    });
    const bearer = { authorization: `Bearer ${token}` };
    assert.equal((await world.get("/api/who", { headers: bearer })).status, 200);
    assert.equal((await (await world.get("/api/public/who", { headers: bearer })).json()).in, true);
    const webhook = await world.post("/api/webhooks/who", {}, { cookie });
    assert.deepEqual(await webhook.json(), { user: null });

    for (
      const headers of [
        { cookie: `${cookie.slice(0, -6)}AAAAAA` },
        { cookie: cookie.split(".").slice(0, 2).join(".") },
        { authorization: "Bearer nonsense" },
        { authorization: `Bearer ${token}.${"A".repeat(43)}=` },
      ]
    ) {
      assert.equal(
        (await world.get("/api/who", { headers: new Headers(Object.entries(headers)) })).status,
        401,
      );
    }
  }));

Deno.test("sign-in, session, change of password and sign-out work through the service", () =>
  inWorld(async (world) => {
    await signUp(world);
    const twice = await world.post("/api/_es/auth/sign-up/email", ANNA);
    assert.equal(twice.status, 422);
    const wrong = await world.post("/api/_es/auth/sign-in/email", {
      ...ANNA,
      password: "wrong horse",
    });
    assert.equal(wrong.status, 401);
    assert.equal((await wrong.json()).code, "INVALID_EMAIL_OR_PASSWORD");
    const short = await world.post("/api/_es/auth/sign-up/email", {
      ...ANNA,
      email: "b@example.com",
      password: "short",
    });
    assert.equal((await short.json()).code, "PASSWORD_TOO_SHORT");

    const signedIn = await world.post("/api/_es/auth/sign-in/email", ANNA);
    assert.equal(signedIn.status, 200);
    assert.ok(signedIn.headers.get("set-auth-token"));
    const cookie = signedIn.headers.getSetCookie()[0]!.split(";")[0]!;
    const own = { cookie, origin: world.url };
    const session = await (await world.get("/api/_es/auth/get-session", { headers: own })).json();
    assert.equal(session.user.email, ANNA.email);

    const foreign = await world.post(
      "/api/_es/auth/change-password",
      { currentPassword: ANNA.password, newPassword: "another horse" },
      { cookie, origin: "http://evil.example" },
    );
    assert.equal(foreign.status, 403);
    const changed = await world.post(
      "/api/_es/auth/change-password",
      { currentPassword: ANNA.password, newPassword: "another horse" },
      own,
    );
    assert.equal(changed.status, 200, await changed.text());
    assert.equal((await world.post("/api/_es/auth/sign-in/email", ANNA)).status, 401);

    assert.equal((await world.get("/api/who", { headers: own })).status, 200);
    assert.equal((await world.post("/api/_es/auth/sign-out", {}, own)).status, 200);
    assert.equal((await world.get("/api/who", { headers: own })).status, 401);
  }));

Deno.test("rows are stored as the contract says: ms, snake case, last login", () =>
  inWorld(async (world) => {
    const { cookie } = await signUp(world);
    const db = new DatabaseSync(join(world.folder, "data.sqlite"));
    const user = db.prepare("SELECT * FROM es_system__auth_user").get()!;
    const session = db.prepare("SELECT * FROM es_system__auth_session").get()!;
    for (
      const value of [user.created_at, user.updated_at, user.last_login_at, session.created_at]
    ) {
      assert.ok(Math.abs(Number(value) - Date.now()) < 60_000, String(value));
    }
    assert.equal(user.email_verified, 0);
    assert.equal(session.ip_address, "127.0.0.1");

    const who = () => world.get("/api/who", { headers: { cookie } });
    db.prepare("UPDATE es_system__auth_user SET banned = 1").run();
    assert.equal((await who()).status, 401);
    db.prepare("UPDATE es_system__auth_user SET banned = 0").run();
    // Half a week left of a week: due to be prolonged.
    db.prepare("UPDATE es_system__auth_session SET expires_at = ?").run(
      Date.now() + 3 * 24 * 3600_000,
    );
    const prolonged = await who();
    assert.equal(prolonged.status, 200);
    assert.match(
      prolonged.headers.get("set-cookie") ?? "",
      /^better-auth\.session_token=.*Max-Age=604800/,
    );
    const { expires_at: end } = db.prepare("SELECT expires_at FROM es_system__auth_session").get()!;
    assert.ok(Number(end) > Date.now() + 6 * 24 * 3600_000);
    assert.equal((await who()).headers.get("set-cookie"), null);
    db.prepare("UPDATE es_system__auth_session SET expires_at = ?").run(Date.now() - 1);
    assert.equal((await who()).status, 401);
    db.close();
  }));

Deno.test("the auth config decides who may sign up and how", () =>
  inWorld(async (world) => {
    const closed = await world.post("/api/_es/auth/sign-up/email", ANNA);
    assert.equal(closed.status, 400);
    assert.equal((await closed.json()).code, "EMAIL_PASSWORD_SIGN_UP_DISABLED");
    const { data: config } = await (await world.get("/api/_es/auth/config")).json();
    assert.equal(config.disableSignUp, true);
    assert.equal(config.enableAnonymous, false);
    assert.deepEqual(config.providerEmailPassword.enabled, true);
    assert.deepEqual(config.providerGoogle, { enabled: true, config: { clientId: "an id" } });

    const switched = world.next("switched");
    world.send({
      type: "deploy",
      deployment: await world.deployment("v2"),
      settings: {
        ...SETTINGS,
        auth: {
          ...DEFAULT_AUTH,
          enableAnonymous: true,
          emailPassword: { enabled: true, minPasswordLength: 14, requireEmailVerification: true },
        },
      },
    });
    await switched;
    const short = await world.post("/api/_es/auth/sign-up/email", ANNA);
    assert.equal((await short.json()).code, "PASSWORD_TOO_SHORT");
    const anna = { ...ANNA, password: "a very long password" };
    assert.equal((await world.post("/api/_es/auth/sign-up/email", anna)).status, 200);
    assert.equal((await world.post("/api/_es/auth/sign-in/email", anna)).status, 403);
    const mail = await world.logged((it) =>
      it.level === "system" && /auth mail/.test(it.message ?? "")
    );
    const link = /https?:\S+/.exec(mail.message!)![0];
    assert.equal(new URL(link).origin, world.url);
    await (await fetch(link, { redirect: "manual" })).body?.cancel();
    assert.equal((await world.post("/api/_es/auth/sign-in/email", anna)).status, 200);

    const guest = await world.post("/api/_es/auth/sign-in/anonymous", {});
    const cookie = guest.headers.getSetCookie()[0]!.split(";")[0]!;
    const { user } = await (await world.get("/api/who", { headers: { cookie } })).json();
    assert.equal(user.isAnonymous, true);
  }, {
    settings: {
      auth: {
        ...DEFAULT_AUTH,
        disableSignUp: true,
        social: { google: { clientId: "an id", clientSecret: "never shown" } },
      },
    },
  }));

Deno.test("guessing passwords is limited per client, across deployments", () =>
  inWorld(async (world) => {
    const guess = (ip: string) =>
      world.post("/api/_es/auth/sign-in/email", { email: "nobody", password: "guess" }, {
        "x-forwarded-for": ip,
      });
    for (let attempt = 0; attempt < 20; attempt++) {
      const response = await guess("203.0.113.7");
      assert.equal(response.status, 400, await response.text());
    }
    const refused = await guess("203.0.113.7");
    assert.equal(refused.status, 429);
    assert.equal((await refused.json()).code, "TOO_MANY_ATTEMPTS");
    const seconds = Number(refused.headers.get("retry-after"));
    assert.ok(seconds > 0 && seconds <= 60, String(seconds));

    const switched = world.next("switched");
    world.send({ type: "deploy", deployment: await world.deployment("v2"), settings: SETTINGS });
    await switched;
    assert.equal((await guess("203.0.113.7")).status, 429);
    assert.equal((await guess("203.0.113.8")).status, 400);
    assert.equal((await world.get("/api/_es/auth/get-session")).status, 200);
    for (let attempt = 0; attempt < 6; attempt++) {
      const { status } = await world.post("/api/_es/auth/forget-password/email-otp", {
        email: "nobody@example.com",
      });
      assert.equal(status, attempt < 5 ? 200 : 429);
    }
  }));
