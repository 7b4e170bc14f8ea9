import assert from "node:assert/strict";
import { ROOT } from "../../../support/fixtures.ts";
import { ProgramWorld } from "../../../support/program_world.ts";
import { findTraces } from "../../../support/traces.ts";

async function world(work: (world: ProgramWorld) => Promise<void>): Promise<void> {
  await using made = await ProgramWorld.make(["A", "B"]);
  await work(made);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

function post(
  url: string,
  values: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { origin: new URL(url).origin, ...headers },
    body: new URLSearchParams(values),
  });
}

/** A request with a Host of its own, which `fetch` does not allow. */
async function rawStatus(url: string, host: string): Promise<number> {
  const { port, pathname } = new URL(url);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await connection.write(
    new TextEncoder().encode(
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    ),
  );
  const text = await new Response(connection.readable).text();
  return Number(text.split(" ")[1]);
}

Deno.test("the whole way: a background page, a person's browser, a sealed value, no trace of it", () =>
  world(async (world) => {
    const canary = `canary-${crypto.randomUUID()}`;
    const asked = await world.say("secret", "set", "A", "B", "--json");
    assert.equal(asked.code, 0, asked.err);
    assert.equal(asked.err, "");
    const answer = JSON.parse(asked.out);
    assert.deepEqual(Object.keys(answer), ["keys", "state", "url", "expiresAt"]);
    assert.deepEqual([answer.keys, answer.state], [["A", "B"], "pending"]);
    const left = Date.parse(answer.expiresAt) - Date.now();
    assert(left > 580_000 && left <= 600_000, String(left));
    assert.match(answer.url, /^http:\/\/127\.0\.0\.1:\d+\/secret\/[\w-]{43}$/);
    assert.deepEqual(await findTraces(answer.url.split("/").pop(), [world.root]), []);

    const page = await fetch(answer.url);
    const html = await page.text();
    assert.equal(page.status, 200);
    for (const key of ["A", "B"]) {
      assert.match(html, new RegExp(`<label class="key" for="field-${key}">${key}</label>`));
    }
    assert(!/ src=|href="(?!data:)|url\(|@import/.test(html), "an outside asset");
    const headers = Object.fromEntries(page.headers);
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["referrer-policy"], "same-origin");
    assert.equal(headers["x-frame-options"], "DENY");
    const policy = headers["content-security-policy"]!;
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    for (const name of ["script", "style"]) {
      const [, text] = new RegExp(`<${name}>([^]*)</${name}>`).exec(html)!;
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
      assert(policy.includes(`${name}-src 'sha256-${new Uint8Array(digest).toBase64()}'`), policy);
    }
    for (const rule of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"]) {
      assert(policy.split("; ").includes(rule), rule);
    }

    const values = { A: canary, B: `-----BEGIN KEY-----\r\n${canary}\r\n-----END KEY-----\r\n` };
    const saved = await post(answer.url, values);
    const said = await saved.text();
    assert.equal(saved.status, 200, said);
    assert.match(said, /Saved/);
    assert(!said.includes(canary));
    const list = await world.say("secret", "list", "--json");
    const secrets = JSON.parse(list.out).secrets;
    assert.deepEqual(
      secrets.map((row: Record<string, unknown>) => [row.key, row.state, row.declared]),
      [
        ["A", "set", true],
        ["B", "set", true],
      ],
    );
    assert.deepEqual(await findTraces(canary, [world.root]), []);
    assert(!`${asked.out}${asked.err}${list.out}${list.err}`.includes(canary));
    assert.deepEqual(await world.values(), {
      A: canary,
      B: `-----BEGIN KEY-----\n${canary}\n-----END KEY-----\n`,
    });
    // For a moment it tells who comes second, then its process ends.
    const second = await fetch(answer.url);
    assert.equal(second.status, 410);
    assert.match(await second.text(), /Already used/);
    while ((await world.pages()).length > 0) await pause();
    await assert.rejects(fetch(answer.url), "the page is gone");
  }));

Deno.test({
  name: "a shell that reads everything does not wait for the page",
  ignore: Deno.build.os === "windows",
  fn: () =>
    world(async (world) => {
      const start = performance.now();
      const line =
        `"${Deno.execPath()}" run -A --no-check "${ROOT}/main.ts" secret set A 2>&1 | cat`;
      const { stdout } = await new Deno.Command("sh", {
        args: ["-c", line],
        cwd: world.cwd,
        env: { EDGESPARK_STATE_DIR: world.state, NO_COLOR: "1" },
      }).output();
      assert(performance.now() - start < 20_000, "it waited");
      const [url, ...rest] = new TextDecoder().decode(stdout).split("\n");
      assert.match(url!, /^http:\/\/127\.0\.0\.1:\d+\/secret\/[\w-]{43}$/);
      assert.match(rest.join("\n"), /enter A/);
      assert.equal((await (await post(url!, { A: "x" })).text()).includes("Saved"), true);
    }),
});

Deno.test("--wait waits for the values, and the page refuses what is not its own browser tab", () =>
  world(async (world) => {
    const child = world.start("secret", "set", "A", "--wait", "60s");
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let out = "";
    while (!/\n.*\n/.test(out)) {
      out += (await reader.read()).value ?? assert.fail(`it ended: ${out}`);
    }
    const url = out.split("\n")[0]!;
    const { host, origin } = new URL(url);
    const body = { A: "value" };
    const status = async (response: Promise<Response>) => {
      const { status, body } = await response;
      await body?.cancel();
      return status;
    };
    assert.equal(await rawStatus(url, host), 200);
    assert.equal(await rawStatus(url, "evil.example"), 403);
    assert.equal(await rawStatus(url, host.replace("127.0.0.1", "localhost")), 403);
    assert.equal(await status(post(url, body, { origin: "http://evil.example" })), 403);
    assert.equal(await status(post(url, body, { origin: "null" })), 403);
    assert.equal(await status(post(url, body, { "sec-fetch-site": "cross-site" })), 403);
    assert.equal(await status(fetch(`${origin}/secret/${"A".repeat(43)}`)), 404);
    assert.equal(await status(fetch(origin)), 404);
    assert.equal(await status(fetch(url, { method: "DELETE", headers: { origin } })), 405);
    assert.equal(
      await status(fetch(url, { method: "POST", body: new URLSearchParams(body) })),
      403,
    );
    assert.equal(
      await status(fetch(url, { method: "POST", body: "A=x", headers: { origin } })),
      415,
    );
    assert.equal(await status(post(url, {})), 400);
    assert.equal(await status(post(url, { A: "\r\n" })), 400);
    assert.equal(await status(post(url, { A: "a\ufffd" })), 400);
    assert.equal(await status(post(url, { A: "x".repeat(64 * 1024 + 1) })), 413);
    assert.equal(await status(post(url, { A: "x".repeat(1024 * 1024) })), 413);
    assert.deepEqual(await world.values(), {});
    const large = "\u00e4".repeat(32 * 1024);
    assert.equal(
      await status(
        post(url, { A: `${large}\r\n` }, { origin: "null", "sec-fetch-site": "same-origin" }),
      ),
      200,
    );
    for (let read = await reader.read(); !read.done; read = await reader.read()) out += read.value;
    assert.match(out, /\nStored A\n$/);
    assert.equal((await child.status).code, 0);
    await child.stderr.cancel();
    assert.deepEqual(await world.values(), { A: large });
  }));

Deno.test("two tabs at once: one is stored, the other is told", () =>
  world(async (world) => {
    const { url } = JSON.parse((await world.say("secret", "set", "A", "--json")).out);
    const answers = await Promise.allSettled([post(url, { A: "one" }), post(url, { A: "two" })]);
    const statuses: number[] = [];
    for (const answer of answers) {
      if (answer.status === "rejected") continue;
      statuses.push(answer.value.status);
      await answer.value.body?.cancel();
    }
    assert.equal(statuses.filter((status) => status === 200).length, 1, String(statuses));
    assert(["one", "two"].includes((await world.values()).A!));
  }));

Deno.test("a page that nobody fills expires: it says so, exit 1, and nothing is set", () =>
  world(async (world) => {
    const child = world.start("secret", "set", "A", "--json", "--wait", "1s");
    const [out, err] = [
      new Response(child.stdout).text(),
      child.stderr.pipeThrough(new TextDecoderStream()).getReader(),
    ];
    const { warning } = JSON.parse((await err.read()).value!);
    assert.equal(warning.code, "SECRET_PAGE_OPEN");
    await new Promise((resolve) => setTimeout(resolve, 1300));
    const late = await post(warning.message, { A: "late" });
    assert.equal(late.status, 410);
    assert.match(await late.text(), /Expired[^]*edgespark secret set A/);
    const answer = JSON.parse(await out);
    assert.deepEqual([answer.state, answer.url], ["expired", null]);
    assert.equal((await child.status).code, 1);
    await err.cancel();
    const list = JSON.parse((await world.say("secret", "list", "--json")).out);
    assert.deepEqual(list.secrets.map((row: Record<string, unknown>) => [row.key, row.state]), [
      ["A", "expired"],
      ["B", "unset"],
    ]);
  }));

Deno.test({
  name: "Ctrl-C closes the page: exit 130, nothing is set, nothing runs on",
  ignore: Deno.build.os === "windows",
  fn: () =>
    world(async (world) => {
      const child = world.start("secret", "set", "A", "--wait", "1m");
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      const url = (await reader.read()).value!.split("\n")[0]!;
      await reader.cancel();
      const start = performance.now();
      child.kill("SIGINT");
      assert.equal((await child.status).code, 130);
      assert(performance.now() - start < 2500, "it lingered");
      await child.stderr.cancel();
      await assert.rejects(fetch(url));
      assert.equal(
        JSON.parse((await world.say("secret", "list", "--json")).out).secrets[0].state,
        "expired",
      );
    }),
});

Deno.test("no state folder: exit 7 before any page opens", () =>
  world(async (world) => {
    await Deno.writeTextFile(world.state, "a file");
    const asked = await world.say("secret", "set", "A", "--json");
    assert.equal(asked.code, 7);
    assert.equal(asked.out, "");
    assert.equal(JSON.parse(asked.err).error.code, "NO_STATE_DIR");
  }));
