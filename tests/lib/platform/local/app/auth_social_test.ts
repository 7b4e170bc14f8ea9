import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import {
  type AuthSettings,
  DEFAULT_AUTH,
  type SocialName,
} from "../../../../../lib/runtime/auth/settings.ts";
import { OAuthStub } from "./support/oauth_stub.ts";
import { ANNA, Visitor } from "./support/visitor.ts";
import { inWorld, SETTINGS, type World } from "./support/world.ts";

const CREDENTIALS = { clientId: "client-1", clientSecret: "secret-1" };
const SOCIAL: AuthSettings["social"] = {
  google: CREDENTIALS,
  github: CREDENTIALS,
  gitlab: CREDENTIALS,
  discord: CREDENTIALS,
  apple: { ...CREDENTIALS, appBundleIdentifier: "com.example.app" },
  microsoft: { ...CREDENTIALS, tenantId: "tenant-1" },
};

/** A world whose providers are the stub's. */
async function withProviders(
  test: (world: World, stub: OAuthStub) => Promise<void>,
  auth: Partial<AuthSettings> = {},
  origins: string[] = [],
): Promise<void> {
  await using stub = new OAuthStub();
  await inWorld((world) => test(world, stub), {
    settings: { ...SETTINGS, auth: { ...DEFAULT_AUTH, social: SOCIAL, ...auth } },
    start: { net: null, origins },
    banner: stub.banner,
  });
}

/** Asks for the provider's page. */
async function begin(visitor: Visitor, provider: string, more: object = {}): Promise<URL> {
  const { url } = await visitor.ask(200, "/sign-in/social", {
    provider,
    callbackURL: "/welcome",
    newUserCallbackURL: "/hello",
    errorCallbackURL: "/sorry",
    ...more,
  });
  return new URL(url);
}

/** The way back from the provider's page; where it leads. */
async function comeBack(
  visitor: Visitor,
  provider: string,
  query: Record<string, string>,
): Promise<string> {
  const path = `/callback/${provider}?${new URLSearchParams(query)}`;
  const response = await visitor.auth(path);
  assert.equal(response.status, 302, await response.text());
  return response.headers.get("location")!;
}

async function signIn(visitor: Visitor, provider: string, more?: object): Promise<string> {
  const page = await begin(visitor, provider, more);
  return await comeBack(visitor, provider, {
    code: "a-code",
    state: page.searchParams.get("state")!,
  });
}

const PAGES: Record<SocialName, string> = {
  google: "https://accounts.google.com/o/oauth2/v2/auth",
  github: "https://github.com/login/oauth/authorize",
  gitlab: "https://gitlab.com/oauth/authorize",
  discord: "https://discord.com/api/oauth2/authorize",
  apple: "https://appleid.apple.com/auth/authorize",
  microsoft: "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/authorize",
};
const TOKENS: Record<SocialName, string> = {
  google: "oauth2.googleapis.com/token",
  github: "github.com/login/oauth/access_token",
  gitlab: "gitlab.com/oauth/token",
  discord: "discord.com/api/oauth2/token",
  apple: "appleid.apple.com/auth/token",
  microsoft: "login.microsoftonline.com/tenant-1/oauth2/v2.0/token",
};

for (const provider of Object.keys(PAGES) as SocialName[]) {
  Deno.test(`${provider}: page, code, token, person, session, second sign-in`, () =>
    withProviders(async (world, stub) => {
      const visitor = new Visitor(world);
      const page = await begin(visitor, provider);
      assert.equal(page.origin + page.pathname, PAGES[provider]);
      const ask = page.searchParams;
      assert.equal(ask.get("client_id"), "client-1");
      assert.equal(ask.get("response_type"), provider === "apple" ? "code id_token" : "code");
      const back = `${world.url}/api/_es/auth/callback/${provider}`;
      assert.equal(ask.get("redirect_uri"), back);

      const query = { code: "a-code", state: ask.get("state")! };
      if (provider === "apple") await formPost(world, visitor, query);
      assert.equal(await comeBack(visitor, provider, query), "/hello");
      const { what, form, authorization } = stub.lastToken();
      assert.equal(what, TOKENS[provider]);
      assert.equal(form.get("grant_type"), "authorization_code");
      assert.equal(form.get("code"), "a-code");
      assert.equal(form.get("redirect_uri"), back);
      assert.match(`${authorization} ${form}`, /secret-1|Basic/);
      const challenge = ask.get("code_challenge");
      if (challenge) assert.equal(await challengeOf(form.get("code_verifier")!), challenge);

      const first = await visitor.who();
      assert.equal(first.email, "anna@example.com");
      assert.equal(first.isAnonymous, false);
      if (provider !== "apple") assert.equal(first.name, "Anna");
      assert.equal(first.emailVerified, true);
      const again = new Visitor(world);
      assert.equal(await signIn(again, provider), "/welcome");
      assert.equal((await again.who()).id, first.id);

      const used = await comeBack(visitor, provider, query);
      assert.match(used, /error=state_mismatch/);
    }));
}

/** Apple's page posts a form from its own origin; the browser sends no `Lax` cookies with it. */
async function formPost(
  world: World,
  visitor: Visitor,
  query: Record<string, string>,
): Promise<void> {
  const response = await fetch(`${world.url}/api/_es/auth/callback/apple`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      origin: "https://appleid.apple.com",
    },
    body: new URLSearchParams(query),
    redirect: "manual",
  });
  assert.equal(response.status, 302, await response.text());
  const to = new URL(response.headers.get("location")!, world.url);
  assert.equal(to.pathname, "/api/_es/auth/callback/apple");
  assert.equal(to.searchParams.get("code"), query.code);
  assert.equal(to.origin, visitor.world.url);
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return new Uint8Array(digest).toBase64({ alphabet: "base64url", omitPadding: true });
}

Deno.test("a callback that nobody here asked for, was denied or fails signs nobody in", () =>
  withProviders(async (world, stub) => {
    const visitor = new Visitor(world);
    const state = async () => (await begin(visitor, "github")).searchParams.get("state")!;

    // Another browser's state: somebody wants the visitor to sign in to an account of his.
    const foreign = (await begin(new Visitor(world), "github")).searchParams.get("state")!;
    const mismatch = await comeBack(visitor, "github", { code: "a-code", state: foreign });
    assert.match(mismatch, /error=state_mismatch/);
    assert.match(
      await comeBack(visitor, "github", { code: "a-code", state: "made-up" }),
      /error=state_mismatch/,
    );
    assert.match(await comeBack(visitor, "github", { code: "a-code" }), /error=state_not_found/);
    assert.equal(
      await comeBack(visitor, "github", { error: "access_denied", state: await state() }),
      "/sorry?error=access_denied",
    );
    assert.equal(
      await comeBack(visitor, "github", { state: await state() }),
      "/sorry?error=no_code",
    );
    stub.tokenStatus = 400;
    assert.match(
      await comeBack(visitor, "github", { code: "bad", state: await state() }),
      /^\/sorry\?error=invalid_code/,
    );
    stub.tokenStatus = 200;
    stub.person = { ...stub.person, email: null };
    assert.match(
      await comeBack(visitor, "github", { code: "a-code", state: await state() }),
      /^\/sorry\?error=email_not_found/,
    );
    assert.equal(await visitor.who(), null);
    const evil = await visitor.auth("/sign-in/social", {
      provider: "github",
      callbackURL: "https://evil.example/",
    });
    assert.equal(evil.status, 403);
    assert.equal((await evil.json()).code, "INVALID_CALLBACK_URL");
  }));

Deno.test("accounts are linked only where both sides have verified the address", () =>
  withProviders(async (world, stub) => {
    const owner = new Visitor(world);
    const { user } = await owner.signUp();
    const stranger = new Visitor(world);
    // The local address is not verified: whoever signed up with it may not own it.
    assert.match(await signIn(stranger, "google"), /^\/sorry\?error=account_not_linked/);
    const db = new DatabaseSync(join(world.folder, "data.sqlite"));
    db.exec("UPDATE es_system__auth_user SET email_verified = 1");
    db.close();
    stub.person = { ...stub.person, verified: false };
    assert.match(await signIn(stranger, "google"), /^\/sorry\?error=account_not_linked/);
    assert.equal(await stranger.who(), null);
    stub.person = { ...stub.person, verified: true };
    assert.equal(await signIn(stranger, "google"), "/welcome");
    assert.equal((await stranger.who()).id, user.id);

    // Who is signed in links another provider by hand.
    const { url } = await owner.ask(200, "/link-social", {
      provider: "gitlab",
      callbackURL: "/me",
    });
    const state = new URL(url).searchParams.get("state")!;
    assert.equal(await comeBack(owner, "gitlab", { code: "a-code", state }), "/me");
    const accounts = await owner.ask(200, "/list-accounts");
    assert.deepEqual(accounts.map((it: { providerId: string }) => it.providerId).sort(), [
      "credential",
      "gitlab",
      "google",
    ]);
    assert.deepEqual(
      await owner.ask(200, "/unlink-account", { providerId: "gitlab" }),
      { status: true },
    );

    stub.person = { id: "2002", email: "other@example.com", name: "Other", verified: true };
    const other = await owner.ask(200, "/link-social", { provider: "discord", callbackURL: "/me" });
    const foreign = new URL(other.url).searchParams.get("state")!;
    assert.match(
      await comeBack(owner, "discord", { code: "a", state: foreign }),
      /error=email_doesn/,
    );
  }));

Deno.test("a closed app takes no new people from a provider, by page or by id token", () =>
  withProviders(async (world, stub) => {
    const visitor = new Visitor(world);
    assert.match(await signIn(visitor, "google"), /^\/sorry\?error=signup_disabled/);
    const token = await stub.idToken({ iss: "https://accounts.google.com", aud: "client-1" });
    const refused = await visitor.auth("/sign-in/social", {
      provider: "google",
      idToken: { token },
    });
    assert.equal(refused.status, 401, await refused.text());
    assert.equal(await visitor.who(), null);
  }, { disableSignUp: true }));

Deno.test("id tokens sign in when they are meant for this app", () =>
  withProviders(async (world, stub) => {
    const google = { iss: "https://accounts.google.com", aud: "client-1" };
    const refused = async (provider: string, claims: object) => {
      const idToken = { token: await stub.idToken({ ...claims }) };
      const answer = await new Visitor(world).auth("/sign-in/social", { provider, idToken });
      assert.equal(answer.status, 401, await answer.text());
    };
    await refused("google", { ...google, aud: "another-app" });
    await refused("google", { ...google, iss: "https://evil.example" });
    await refused("google", { ...google, exp: 1000 });
    const visitor = new Visitor(world);
    const idToken = { token: await stub.idToken(google) };
    await visitor.ask(200, "/sign-in/social", { provider: "google", idToken });
    assert.equal((await visitor.who()).email, "anna@example.com");

    // Apple's native app has its own audience, the web page the service's.
    for (const aud of ["client-1", "com.example.app"]) {
      const native = new Visitor(world);
      const token = await stub.idToken({ iss: "https://appleid.apple.com", aud });
      await native.ask(200, "/sign-in/social", { provider: "apple", idToken: { token } });
      assert.equal((await native.who()).email, "anna@example.com");
    }
    await refused("apple", { iss: "https://appleid.apple.com", aud: "com.example.other" });
  }));

Deno.test("a provider without credentials or name is not there", () =>
  withProviders(async (world) => {
    const visitor = new Visitor(world);
    await visitor.ask(404, "/sign-in/social", { provider: "google", callbackURL: "/" });
    const back = await visitor.auth("/callback/google?code=x&state=y");
    assert.equal(back.status, 302);
    assert.match(back.headers.get("location")!, /error=state_mismatch/);
    assert.equal((await visitor.auth("/callback/myspace?code=x&state=y")).status, 404);
  }, { social: {} }));

Deno.test("a trusted page of another origin gets its token in the address, others nothing", () =>
  withProviders(
    async (world) => {
      const visitor = new Visitor(world, { origin: "https://front.example" });
      const callbackURL = "https://front.example/in?a=1";
      const to = new URL(
        await signIn(visitor, "github", { callbackURL, newUserCallbackURL: callbackURL }),
      );
      const token = to.searchParams.get("es_auth_token")!;
      assert.equal(to.searchParams.get("a"), "1");
      const headers = { authorization: `Bearer ${token}` };
      const who = await (await world.get("/api/who", { headers })).json();
      assert.equal(who.user.email, ANNA.email);
      const own = await signIn(new Visitor(world), "github", { callbackURL: "/welcome" });
      assert.equal(own, "/welcome");
    },
    {},
    ["https://front.example"],
  ));
