import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join, toFileUrl } from "@std/path";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { ROOT } from "../../support/fixtures.ts";

const ORIGIN = "http://localhost:7775";

/** The part of the client that the test uses; the template's own types are checked by its build. */
interface Client {
  auth: {
    signUp: {
      email(account: Record<string, string>): Promise<{ error: { code?: string } | null }>;
    };
    signIn: {
      email(account: Record<string, string>): Promise<{ error: { code?: string } | null }>;
    };
    signOut(): Promise<unknown>;
    requireSession(): Promise<{ user: { email: string } }>;
    onSessionChange(listener: (session: { user: { email: string } } | null) => void): () => void;
    changeEmail(): Promise<never>;
  };
  api: { fetch(path: string | URL, init?: RequestInit): Promise<Response> };
}

/** What a browser adds to a page: an origin, and cookies on every request to it. */
async function browser(): Promise<Client> {
  const auth = betterAuth({
    database: new DatabaseSync(":memory:"),
    baseURL: ORIGIN,
    basePath: "/api/_es/auth",
    secret: "only-for-this-test-0123456789abcdef",
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
  await (await getMigrations(auth.options)).runMigrations();
  const cookies = new Map<string, string>();
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    request.headers.set("origin", ORIGIN);
    request.headers.set(
      "cookie",
      [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    );
    if (new URL(request.url).pathname === "/api/notes") {
      return Response.json({ credentials: request.credentials, method: request.method });
    }
    const response = await auth.handler(request);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (/max-age=0/i.test(cookie)) cookies.delete(name!);
      else cookies.set(name!, value!);
    }
    return response;
  };
  const window = Object.assign(new EventTarget(), { location: { origin: ORIGIN } });
  Object.assign(globalThis, { window, document: new EventTarget() });
  const file = join(ROOT, "templates", "fullstack", "web", "src", "lib", "edgespark.ts");
  return (await import(toFileUrl(file).href) as { client: Client }).client;
}

Deno.test({
  name: "the scaffold's browser client signs up, keeps the session and calls the API",
  // The client lets its look-up of the session go a second after the last listener.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const { auth, api } = await browser();
    const seen: (string | null)[] = [];
    const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
    const arrived = async (count: number) => {
      for (const deadline = Date.now() + 10_000; seen.length < count && Date.now() < deadline;) {
        await pause();
      }
    };
    const stop = auth.onSessionChange((session) => seen.push(session?.user.email ?? null));
    await arrived(1);
    assert.deepEqual(seen, [null]);
    await assert.rejects(auth.requireSession(), { name: "AuthError", code: "UNAUTHENTICATED" });

    const account = { email: "ada@example.com", password: "a long password" };
    assert.equal((await auth.signUp.email({ ...account, name: "Ada" })).error, null);
    await arrived(2);
    assert.equal((await auth.requireSession()).user.email, account.email);
    assert.deepEqual(seen, [null, account.email]);

    await auth.signOut();
    await arrived(3);
    assert.deepEqual(seen, [null, account.email, null]);
    const { error } = await auth.signIn.email({ ...account, password: "another password" });
    assert.equal(error?.code, "INVALID_EMAIL_OR_PASSWORD");
    stop();
    assert.equal((await auth.signIn.email(account)).error, null);
    // The client tells its listeners 10 ms after an answer.
    for (let i = 0; i < 5; i++) await pause();
    assert.equal(seen.length, 3);

    await assert.rejects(auth.changeEmail(), { code: "UNSUPPORTED_AUTH_METHOD" });
    const answer = await api.fetch("/api/notes", { method: "POST", credentials: "omit" });
    assert.deepEqual(await answer.json(), { credentials: "include", method: "POST" });
    for (
      const foreign of ["https://example.com/api", "//example.com/api", "http://localhost:1/api"]
    ) {
      await assert.rejects(api.fetch(foreign), { name: "TypeError" });
    }
  },
});
