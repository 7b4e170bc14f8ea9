import assert from "node:assert/strict";
import { browserTest, visit, withPage } from "./support/browser.ts";
import { ProgramWorld } from "../support/program_world.ts";

const KEY = "STRIPE_SECRET_KEY";

/** Serves one HTML page on a port of its own, as another site, and keeps what it was asked for. */
function serve(html: string): { port: number; asked: string[] } & AsyncDisposable {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    asked.push(new URL(request.url).pathname);
    return new Response(html, { headers: { "content-type": "text/html" } });
  });
  return { port: server.addr.port, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Waits until something holds; the test runner's own limit ends what never does. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
}

for (const site of ["127.0.0.1", "localhost"]) {
  browserTest(`a hostile page on ${site} that knows the address stores nothing`, async () => {
    await using world = await ProgramWorld.make([KEY]);
    const { url } = await world.ask(KEY);
    await using hostile = serve(
      `<form method="post" action="${url}"><input name="${KEY}" value="planted"></form>`,
    );
    await withPage(async ({ page, tab }) => {
      await page.goto(`http://${site}:${hostile.port}/`);
      await page.evaluate(`document.forms[0].submit()`);
      await page.getByRole("heading", { name: "Refused" }).waitFor();
      const other = (await tab()).page;
      await other.goto(`http://${site}:${hostile.port}/`);
      await other.evaluate(
        `fetch(${JSON.stringify(url)}, { method: "POST", mode: "no-cors", headers: { "content-type":
          "application/x-www-form-urlencoded" }, body: "${KEY}=planted" }).catch(() => {})`,
      );
      const read = await other.evaluate(
        `fetch(${JSON.stringify(url)}).then((answer) => answer.text(), () => "blocked")`,
      );
      assert.equal(read, "blocked");
    });
    assert.deepEqual(await world.values(), {});
    // The page still works for the person it was made for.
    await withPage(async ({ page }) => {
      await visit(page, url);
      await page.getByLabel(KEY, { exact: true }).fill("own");
      await page.getByRole("button").click();
      await page.getByRole("heading", { name: "Saved" }).waitFor();
    });
    assert.deepEqual(await world.values(), { [KEY]: "own" });
  });
}

browserTest("nobody frames the page, and no script put into it can run or send", async () => {
  await using world = await ProgramWorld.make([KEY]);
  const { url } = await world.ask(KEY);
  await using hostile = serve(`<iframe src="${url}"></iframe>`);
  await withPage(async ({ page, seen }) => {
    await page.goto(`http://localhost:${hostile.port}/`);
    const texts = await Promise.all(page.frames().map((frame) => frame.content()));
    assert(texts.every((text) => !text.includes("<textarea")));
    assert(seen.complaints.some((text) => /frame/i.test(text)), seen.complaints.join("\n"));
  });
  await withPage(async ({ page, seen }) => {
    await visit(page, url);
    await page.evaluate(`{
      const image = document.createElement("img");
      image.src = "http://127.0.0.1:${hostile.port}/image";
      const form = document.createElement("form");
      form.action = "http://127.0.0.1:${hostile.port}/form";
      document.body.append(image, form);
      fetch("http://127.0.0.1:${hostile.port}/fetch").catch(() => {});
      form.submit();
    }`);
    await assert.rejects(
      page.evaluate(`document.body.setAttribute("onclick", "document.title = 'ran'")`),
      /TrustedScript/,
    );
    await assert.rejects(
      page.evaluate(`document.body.innerHTML = "<p>planted</p>"`),
      /TrustedHTML/,
    );
    for (const what of ["img-src", "connect-src", "form-action"]) {
      await until(() => seen.complaints.some((text) => text.includes(`Violation of ${what}`)));
    }
    assert.deepEqual(hostile.asked.filter((path) => path !== "/favicon.ico"), ["/"]);
  });
});

browserTest("a name that somebody bound to this machine does not open the page", async () => {
  await using world = await ProgramWorld.make([KEY]);
  const { url } = await world.ask(KEY);
  await withPage(async ({ page }) => {
    const rebound = url.replace("127.0.0.1", "rebound.example");
    assert.equal((await visit(page, rebound)).status(), 403);
    assert.equal(await page.locator("form").count(), 0);
    const local = url.replace("127.0.0.1", "localhost");
    assert.equal((await visit(page, local)).status(), 403);
    assert.match(await page.locator("main").innerText(), /--public-url/);
  });
});

browserTest(
  "in a container: another address, a warning, and a page that works behind a proxy",
  async () => {
    await using world = await ProgramWorld.make([KEY]);
    let target = "";
    await using proxy = {
      server: Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
        const { pathname } = new URL(request.url);
        const headers = new Headers(request.headers);
        const body = request.method === "POST" ? await request.bytes() : undefined;
        // As a port forwarder does: its own prefix is taken away, the Host is the inner one.
        return await fetch(target + pathname.replace(/^\/port/, ""), {
          method: request.method,
          headers,
          body,
        });
      }),
      [Symbol.asyncDispose]() {
        return this.server.shutdown();
      },
    };
    const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = free.addr as Deno.NetAddr;
    free.close();
    target = `http://127.0.0.1:${port}`;
    const published = `http://rebound.example:${proxy.server.addr.port}/port`;
    const said = await world.say(
      ...["secret", "set", KEY, "--json", "--host", "0.0.0.0", "--port", String(port)],
      ...["--public-url", `${published}/`],
    );
    assert.equal(said.code, 0, said.err);
    const { warning } = JSON.parse(said.err);
    assert.equal(warning.code, "SECRET_PAGE_EXPOSED");
    assert.match(warning.message, /Without `https`/);
    const { url } = JSON.parse(said.out);
    assert(url.startsWith(`${published}/secret/`), url);
    await withPage(async ({ page, seen }) => {
      assert.equal((await visit(page, url)).status(), 200);
      await page.getByRole("heading", { name: "This connection is not encrypted" }).waitFor();
      await page.getByLabel(KEY, { exact: true }).fill("through-the-proxy");
      await page.getByRole("button").click();
      await page.getByRole("heading", { name: "Saved" }).waitFor();
      // Chromium says that it honours this one header over encrypted connections only.
      assert.deepEqual(seen.complaints.filter((text) => !/Cross-Origin-Opener/.test(text)), []);
    });
    assert.deepEqual(await world.values(), { [KEY]: "through-the-proxy" });
  },
);
