import assert from "node:assert/strict";
import { join } from "@std/path";
import { ROOT } from "../support/fixtures.ts";
import { ProgramWorld } from "../support/program_world.ts";
import { browserTest, visit, withPage } from "./support/browser.ts";
import type { Page } from "./support/driver.ts";
import { deployShop, logged, writePage } from "./support/shop.ts";

const ANNA = `{ email: "anna@example.com", password: "correct horse" }`;

/** Runs a piece of a page's script, with the page's client in `client`. */
// deno-lint-ignore no-explicit-any -- answers of many shapes
function run(page: Page, code: string): Promise<any> {
  return page.evaluate(`(async () => { ${code} })()`);
}

const STEPS = `
  const { auth, api } = client;
  const me = async () => { const r = await api.fetch("/api/me"); return [r.status, (await r.json()).email]; };
  const session = async () => (await auth.getSession()).data?.user.email ?? null;
  const steps = [await session(), await me()];
  const up = await auth.signUp.email({ name: "Anna", ...${ANNA} });
  steps.push(up.error?.code ?? up.data.user.email, await session(), await me());
  const post = await api.fetch("/api/echo", { method: "POST", body: "hi",
    headers: { "content-type": "text/plain", "x-own": "1" } });
  steps.push((await post.json()).said);
  steps.push((await auth.signOut()).data.success, await session(), await me());
  const wrong = await auth.signIn.email({ ...${ANNA}, password: "wrong horse" });
  steps.push(wrong.error.code);
  steps.push((await auth.signIn.email(${ANNA})).data.user.email, await me());
  return steps;`;

const EXPECTED = [
  null,
  [401, undefined],
  "anna@example.com",
  "anna@example.com",
  [200, "anna@example.com"],
  "hi",
  true,
  null,
  [401, undefined],
  "INVALID_EMAIL_OR_PASSWORD",
  "anna@example.com",
  [200, "anna@example.com"],
];
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

browserTest("@edgespark/client on the app's own origin: cookies, sign-up to sign-out", async () => {
  await using world = await ProgramWorld.make([]);
  const url = await deployShop(world, { yaml: "enableAnonymous: true\n" });
  await withPage(async ({ page, seen, tab }) => {
    await visit(page, url);
    await run(page, "connect()");
    assert.deepEqual(plain(await run(page, STEPS)), plain(EXPECTED));
    assert.equal(await run(page, `return document.cookie`), "");
    assert.equal(await run(page, `return localStorage.getItem("EDGESPARK_SESSION_TOKEN")`), null);
    const other = await tab();
    await visit(other.page, url);
    await run(other.page, "connect()");
    const email = `return (await client.auth.getSession()).data.user.email`;
    assert.equal(await run(other.page, email), "anna@example.com");
    assert.equal(await run(other.page, `await client.auth.signOut()`), undefined);
    assert.equal(await run(page, `return (await client.auth.getSession()).data`), null);

    const guest = `await client.auth.signIn.anonymous();
      return (await (await client.api.fetch("/api/me")).json()).anonymous;`;
    assert.equal(await run(page, guest), true);
    for (const call of ["changeEmail({ newEmail: 'b@example.com' })", "deleteUser({})"]) {
      const code = await run(page, `return (await client.auth.${call}).error.code`);
      assert.equal(code, "UNSUPPORTED_AUTH_METHOD");
    }
    assert.deepEqual(seen.complaints, []);
  });
});

browserTest("the client that init scaffolds: the same steps, and its own additions", async () => {
  await using world = await ProgramWorld.make([]);
  const scaffolded = join(ROOT, "templates/fullstack/web/src/lib/edgespark.ts");
  const entry = `import { client } from ${JSON.stringify(scaffolded)}; window.client = client;`;
  const url = await deployShop(world, { entry });
  await withPage(async ({ page, seen }) => {
    await visit(page, url);
    await page.waitForFunction("window.client !== undefined");
    const code = (call: string) =>
      run(page, `try { await ${call} } catch (e) { return e.code ?? e.name }`);
    assert.equal(await code("client.auth.requireSession()"), "UNAUTHENTICATED");
    assert.deepEqual(plain(await run(page, STEPS)), plain(EXPECTED));
    assert.equal(await code("client.auth.requireSession()"), undefined);
    assert.equal(await code("client.auth.deleteUser()"), "UNSUPPORTED_AUTH_METHOD");
    assert.equal(await code(`client.api.fetch("https://evil.example/api/me")`), "TypeError");
    assert.deepEqual(seen.complaints, []);
  });
});

browserTest(
  "@edgespark/client on another origin: a bearer token, for trusted origins only",
  async () => {
    await using world = await ProgramWorld.make([]);
    const folder = `${world.root}/front`;
    await writePage(folder);
    const front = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const { pathname } = new URL(request.url);
        const name = pathname === "/" ? "index.html" : pathname.slice(1);
        const types: Record<string, string> = {
          html: "text/html",
          js: "text/javascript",
          css: "text/css",
        };
        return new Response(await Deno.readFile(`${folder}/${name}`), {
          headers: { "content-type": types[name.split(".").at(-1)!]! },
        });
      },
    );
    // Another site for the browser, so that the app's cookies stay out of it.
    const port = front.addr.port;
    const trusted = `http://localhost:${port}`;
    const url = await deployShop(world, { toml: `[runtime]\nallow_origins = ["${trusted}"]\n` });
    assert.match(url, /^http:\/\/127\.0\.0\.1:/);
    await withPage(async ({ page, seen }) => {
      await visit(page, trusted);
      await run(page, `connect(${JSON.stringify(url)})`);
      assert.deepEqual(plain(await run(page, STEPS)), plain(EXPECTED));
      const stored = await run(page, `return localStorage.getItem("EDGESPARK_SESSION_TOKEN")`);
      assert.match(stored, /127\.0\.0\.1/);
      const bare = `return (await fetch("${url}/api/me", { credentials: "include" })).status`;
      assert.equal(await run(page, bare), 401);
      assert.deepEqual(seen.complaints, []);
    });
    await withPage(async ({ page }) => {
      await visit(page, `http://127.0.0.1:${port}`);
      await run(page, `connect(${JSON.stringify(url)})`);
      const blocked =
        `try { const { error } = await client.auth.getSession(); return error !== null }
      catch { return true }`;
      assert.equal(await run(page, blocked), true);
    });
    await front.shutdown();
  },
);

browserTest(
  "the managed form signs up, signs in, resets a password and stays as a guest",
  async () => {
    await using world = await ProgramWorld.make([]);
    const url = await deployShop(world, {
      yaml:
        "enableAnonymous: true\nproviderEmailPassword:\n  config:\n    requirePasswordResetEmailVerification: true\n",
    });
    await withPage(async ({ page, seen }) => {
      const form = async () => {
        await visit(page, url);
        await run(
          page,
          `connect(); await client.auth.renderAuthUI(document.getElementById("auth"),
        { redirectTo: location.origin + "/in", onError: (error) => console.error("form", String(error)) })`,
        );
      };
      const field = (type: string, nth = 0) =>
        page.locator(`[data-edgespark-auth] input[type=${type}] >> nth=${nth}`);
      const press = (name: string) => page.getByRole("button", { name }).click();
      const link = (text: string) => page.getByText(text).click();
      // The client may set out for the page twice; the first way is then broken off.
      const inside = async (): Promise<void> => {
        await page.waitForURL(/\/in$/).catch((error) => {
          if (!/ERR_ABORTED/.test(String(error))) throw error;
          return inside();
        });
      };

      await form();
      await link("Sign up now");
      await field("email").fill("anna@example.com");
      await field("password").fill("correct horse");
      await field("password", 1).fill("correct horse");
      const picture = Deno.env.get("EDGESPARK_SCREENSHOTS");
      if (picture) await page.screenshot({ path: `${picture}/auth-sign-up.png`, fullPage: true });
      await press("Continue with email");
      await page.waitForFunction(`document.querySelectorAll("input[type=password]").length === 1`);
      await run(page, `await client.auth.signOut()`);

      await form();
      await field("email").fill("anna@example.com");
      await field("password").fill("correct horse");
      if (picture) await page.screenshot({ path: `${picture}/auth-sign-in.png`, fullPage: true });
      await press("Continue with email");
      await inside();
      await run(page, "connect()");
      const me = `return (await (await client.api.fetch("/api/me")).json()).email`;
      assert.equal(await run(page, me), "anna@example.com");
      await run(page, `await client.auth.signOut()`);

      await form();
      await link("Forget Password");
      await field("email").fill("anna@example.com");
      await press("Send reset link");
      const code = /\d{6}$/.exec(await logged(world, "[auth mail] to anna@example.com"))![0];
      await field("password").waitFor();
      for (const [at, digit] of [...code].entries()) {
        await page.locator(`[data-edgespark-auth] input[maxlength="1"] >> nth=${at}`).fill(digit);
      }
      await field("password").fill("another horse");
      await field("password", 1).fill("another horse");
      if (picture) await page.screenshot({ path: `${picture}/auth-reset.png`, fullPage: true });
      await press("Set New Password");
      await page.waitForFunction(`!document.querySelector("input[type=password]")`);
      const again = `return (await client.auth.signIn.email({ email: "anna@example.com",
      password: "another horse" })).error`;
      assert.equal(await run(page, again), null);
      await run(page, `await client.auth.signOut()`);

      await form();
      await link("Continue with Temporary Account");
      await inside();
      assert.deepEqual(seen.complaints, []);
    });
  },
);
