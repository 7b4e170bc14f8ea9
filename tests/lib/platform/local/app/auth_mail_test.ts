import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import {
  DEFAULT_AUTH,
  type EmailPasswordSettings,
} from "../../../../../lib/runtime/auth/settings.ts";
import { ANNA, mailed, Visitor } from "./support/visitor.ts";
import { inWorld, SETTINGS, type World } from "./support/world.ts";

const NEW = "a new password";

function withPassword(
  emailPassword: Partial<EmailPasswordSettings>,
  test: (world: World) => Promise<void>,
): Promise<void> {
  const auth = { ...DEFAULT_AUTH, emailPassword: { enabled: true, ...emailPassword } };
  return inWorld(test, { settings: { ...SETTINGS, auth } });
}

function change(world: World, sql: string): void {
  const db = new DatabaseSync(join(world.folder, "data.sqlite"));
  db.exec(sql);
  db.close();
}

const ask = (visitor: Visitor, email = ANNA.email) =>
  visitor.ask(200, "/forget-password/email-otp", { email });

const reset = async (visitor: Visitor, otp: string, password = NEW) => {
  const response = await visitor.auth("/email-otp/reset-password", {
    email: ANNA.email,
    otp,
    password,
  });
  return `${response.status} ${(await response.json()).code ?? "ok"}`;
};

const signsIn = async (world: World, password: string) =>
  (await new Visitor(world).auth("/sign-in/email", { ...ANNA, password })).status === 200;

Deno.test("a mailed code of six digits sets a new password, once", () =>
  withPassword({}, async (world) => {
    const visitor = new Visitor(world);
    await visitor.signUp();
    assert.deepEqual(await ask(visitor), { success: true });
    const code = await mailed(world, ANNA.email, "one-time code");
    assert.match(code, /^\d{6}$/);
    assert.equal(await reset(visitor, code, "short"), "400 PASSWORD_TOO_SHORT");
    assert.equal(await reset(visitor, code), "200 ok");
    assert.equal(await signsIn(world, NEW), true);
    assert.equal(await signsIn(world, ANNA.password), false);
    assert.equal(await reset(visitor, code, "yet another one"), "400 INVALID_OTP");
    // Who has the code has the mailbox. Sessions stay, unless the config says otherwise.
    const me = await visitor.who();
    assert.equal(me.emailVerified, true);
    // Nobody learns who has an account here, and nobody is written to in vain.
    assert.deepEqual(await ask(visitor, "nobody@example.com"), { success: true });
    assert.ok(!world.records.some((it) => it.message?.includes("to nobody@example.com")));
    const stored = new DatabaseSync(join(world.folder, "data.sqlite"), { readOnly: true });
    await ask(visitor);
    const rows = stored.prepare("SELECT value FROM es_system__auth_verification").all();
    assert.ok(!rows.some(({ value }) => /^\d{6}:/.test(String(value))), JSON.stringify(rows));
    stored.close();
  }));

Deno.test("three wrong guesses and five minutes end a code", () =>
  withPassword({}, async (world) => {
    const visitor = new Visitor(world);
    await visitor.signUp();
    await ask(visitor);
    const code = await mailed(world, ANNA.email, "one-time code");
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    for (let guess = 0; guess < 3; guess++) {
      assert.equal(await reset(visitor, wrong), "400 INVALID_OTP");
    }
    assert.equal(await reset(visitor, code), "403 TOO_MANY_ATTEMPTS");
    assert.equal(await reset(visitor, code), "400 INVALID_OTP");

    world.records.length = 0;
    await ask(visitor);
    const late = await mailed(world, ANNA.email, "one-time code");
    change(
      world,
      `UPDATE es_system__auth_verification SET expires_at = expires_at - 300001
       WHERE identifier LIKE 'forget-password-%'`,
    );
    assert.equal(await reset(visitor, late), "400 OTP_EXPIRED");
    assert.equal(await signsIn(world, ANNA.password), true);
  }));

Deno.test("requirePasswordResetEmailVerification: managed forms learn that they may offer a reset", () =>
  withPassword({ requirePasswordResetEmailVerification: true }, async (world) => {
    const { data } = await new Visitor(world).ask(200, "/config");
    assert.equal(data.providerEmailPassword.config.requirePasswordResetEmailVerification, true);
  }));

Deno.test("revokeSessionsOnPasswordReset: a reset ends every session", () =>
  withPassword({ revokeSessionsOnPasswordReset: true }, async (world) => {
    const visitor = new Visitor(world);
    await visitor.signUp();
    await ask(visitor);
    assert.equal(await reset(visitor, await mailed(world, ANNA.email, "one-time code")), "200 ok");
    assert.equal(await visitor.who(), null);
  }));

Deno.test("a reset by link works too, within this app only", () =>
  withPassword({}, async (world) => {
    const visitor = new Visitor(world);
    await visitor.signUp();
    const evil = await visitor.auth("/request-password-reset", {
      email: ANNA.email,
      redirectTo: "https://evil.example/",
    });
    assert.equal(evil.status, 403);
    await visitor.ask(200, "/request-password-reset", { email: ANNA.email, redirectTo: "/reset" });
    const link = await mailed(world, ANNA.email, "link that resets");
    const opened = await fetch(link, { redirect: "manual" });
    const to = new URL(opened.headers.get("location")!, world.url);
    assert.equal(to.pathname, "/reset");
    const token = to.searchParams.get("token");
    await visitor.ask(200, "/reset-password", { newPassword: NEW, token });
    assert.equal(await signsIn(world, NEW), true);
  }));

Deno.test("requireEmailVerification: sign-in waits for the link; the link signs in, once", () =>
  withPassword({ requireEmailVerification: true }, async (world) => {
    const visitor = new Visitor(world);
    const { token } = await visitor.signUp({ ...ANNA, callbackURL: "/welcome" } as typeof ANNA);
    assert.equal(token, null);
    assert.equal(await visitor.who(), null);
    assert.equal((await visitor.ask(403, "/sign-in/email", ANNA)).code, "EMAIL_NOT_VERIFIED");
    // The same answer for an address that has an account already.
    assert.equal((await new Visitor(world).signUp()).token, null);
    const link = await mailed(world, ANNA.email, "link that verifies");
    assert.equal(new URL(link).origin, world.url);
    const open = async (who: Visitor) => (await who.fetch(link)).headers.get("location");
    assert.equal(await open(visitor), "/welcome");
    assert.equal((await visitor.who()).emailVerified, true);
    const second = new Visitor(world);
    assert.equal(await open(second), "/welcome");
    assert.equal(await second.who(), null);
    assert.equal(
      (await visitor.fetch(link.replace(/token=[^&]+/, "token=x"))).headers
        .get("location"),
      "/welcome?error=INVALID_TOKEN",
    );
  }));
