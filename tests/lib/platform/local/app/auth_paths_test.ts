import assert from "node:assert/strict";
import { DEFAULT_AUTH } from "../../../../../lib/runtime/auth/settings.ts";
import { ANNA, mailed, Visitor } from "./support/visitor.ts";
import { inWorld, SETTINGS } from "./support/world.ts";

Deno.test("each path of the contract's table answers as it says", () =>
  inWorld(async (world) => {
    const visitor = new Visitor(world);
    const config = await visitor.ask(200, "/config");
    assert.deepEqual(config, {
      data: {
        disableSignUp: false,
        enableAnonymous: true,
        providerEmailPassword: {
          enabled: true,
          config: {
            minPasswordLength: 8,
            requireEmailVerification: false,
            requirePasswordResetEmailVerification: false,
            revokeSessionsOnPasswordReset: false,
          },
        },
        providerGoogle: { enabled: true, config: { clientId: "an id" } },
        providerGithub: { enabled: false, config: {} },
        providerGitlab: { enabled: false, config: {} },
        providerDiscord: { enabled: false, config: {} },
        providerApple: { enabled: false, config: {} },
        providerMicrosoft: { enabled: false, config: {} },
      },
    });
    assert.equal(await visitor.ask(200, "/get-session"), null);
    const { token, user } = await visitor.signUp();
    assert.match(token, /^\w{32}$/);
    const now = await visitor.ask(200, "/get-session");
    assert.equal(now.user.id, user.id);
    assert.equal(now.session.token, token);
    assert.deepEqual(Object.keys(now).sort(), ["session", "user"]);

    assert.deepEqual(await visitor.ask(200, "/update-user", { name: "Anna B" }), { status: true });
    assert.equal((await visitor.who()).name, "Anna B");
    assert.deepEqual(await visitor.ask(200, "/send-verification-email", { email: ANNA.email }), {
      status: true,
    });
    const link = await mailed(world, ANNA.email, "link that verifies");
    assert.deepEqual(
      await visitor.ask(
        200,
        new URL(link).pathname.slice(13) + new URL(link).search
          .replace(/&callbackURL=.*/, ""),
      ),
      { status: true, user: null },
    );
    assert.equal((await visitor.who()).emailVerified, true);

    const changed = await visitor.ask(200, "/change-password", {
      currentPassword: ANNA.password,
      newPassword: "another horse",
      revokeOtherSessions: true,
    });
    assert.equal(changed.user.id, user.id);
    assert.deepEqual(await visitor.ask(200, "/sign-out", {}), { success: true });
    assert.equal(await visitor.who(), null);
    const signedIn = await visitor.ask(200, "/sign-in/email", {
      ...ANNA,
      password: "another horse",
    });
    assert.equal(signedIn.user.id, user.id);
    assert.deepEqual(await visitor.ask(200, "/revoke-sessions", {}), { status: true });
    assert.equal(await visitor.who(), null);

    const guest = new Visitor(world);
    assert.match((await guest.ask(200, "/sign-in/anonymous", {})).token, /^\w{32}$/);
    const { url } = await guest.ask(200, "/sign-in/social", {
      provider: "google",
      callbackURL: "/",
      disableRedirect: true,
    });
    assert.match(url, /^https:\/\/accounts\.google\.com\//);
    const returned = await guest.auth("/callback/google?error=access_denied");
    assert.equal(returned.status, 302);
  }, {
    settings: {
      ...SETTINGS,
      auth: {
        ...DEFAULT_AUTH,
        enableAnonymous: true,
        social: { google: { clientId: "an id", clientSecret: "never shown" } },
      },
    },
  }));

Deno.test("what the contract does not have is not there, whatever better-auth could do", () =>
  inWorld(async (world) => {
    const visitor = new Visitor(world);
    await visitor.signUp();
    for (const path of ["/change-email", "/delete-user", "/sign-in/anonymous"]) {
      const { code } = await visitor.ask(400, path, { newEmail: "b@example.com" });
      assert.equal(code, "UNSUPPORTED_AUTH_METHOD", path);
    }
    assert.equal((await visitor.ask(400, "/delete-user/callback")).code, "UNSUPPORTED_AUTH_METHOD");
    for (
      const path of [
        "",
        "/",
        "/sign-in",
        "/sign-in/email/",
        "/Sign-In/Email",
        "//sign-in/email",
        "/sign-in%2Femail",
        "/sign-in/email-otp",
        "/email-otp/send-verification-otp",
        "/email-otp/check-verification-otp",
        "/email-otp/verify-email",
        "/email-otp/change-email",
        "/verify-password",
        "/update-session",
        "/get-access-token",
        "/refresh-token",
        "/account-info",
        "/callback/myspace",
        "/constructor",
        "/__proto__",
      ]
    ) assert.equal((await visitor.auth(path, {})).status, 404, path);
    const wrong = await visitor.auth("/sign-in/email");
    assert.equal(wrong.status, 405);
    assert.equal(wrong.headers.get("allow"), "POST");
    assert.equal((await visitor.auth("/get-session", {})).status, 405);
    const large = await visitor.auth("/sign-in/email", { ...ANNA, more: "x".repeat(65_536) });
    assert.equal(large.status, 413);
    let parts = 0;
    const long = new ReadableStream<Uint8Array>({
      pull: (controller) =>
        ++parts < 9 ? controller.enqueue(new Uint8Array(16_384)) : controller.close(),
    });
    const chunked = await visitor.fetch("/api/_es/auth/sign-in/email", {
      method: "POST",
      body: long,
      headers: { "content-type": "application/json" },
    });
    assert.equal(chunked.status, 413);
    await chunked.body?.cancel();
  }));

Deno.test("email and password switched off: no sign-in, no sign-up, no reset by a code", () =>
  inWorld(async (world) => {
    const visitor = new Visitor(world);
    assert.equal((await visitor.ask(400, "/sign-in/email", ANNA)).code, "EMAIL_PASSWORD_DISABLED");
    const { code } = await visitor.ask(400, "/sign-up/email", ANNA);
    assert.equal(code, "EMAIL_PASSWORD_SIGN_UP_DISABLED");
    for (const path of ["/forget-password/email-otp", "/email-otp/reset-password"]) {
      assert.equal((await visitor.ask(400, path, ANNA)).code, "EMAIL_PASSWORD_DISABLED", path);
    }
  }, { settings: { ...SETTINGS, auth: { ...DEFAULT_AUTH, emailPassword: { enabled: false } } } }));
