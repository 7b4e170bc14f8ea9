import assert from "node:assert/strict";
import { openControl } from "../../../../lib/platform/local/control/store.ts";
import { localPaths } from "../../../../lib/platform/local/paths.ts";
import { unsealAll } from "../../../../lib/platform/local/sealing.ts";
import { openProject } from "../../../../lib/project/project.ts";
import { ROOT } from "../../../support/fixtures.ts";
import { testSystem } from "../../../support/system.ts";

/** A project in a folder of its own, and the real program run in it as other programs run it. */
async function world(work: (world: World) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/app/server/src/defs`, { recursive: true });
    await Deno.writeTextFile(`${root}/app/edgespark.toml`, "");
    await Deno.writeTextFile(
      `${root}/app/server/src/defs/runtime.ts`,
      'export type SecretKey = "A" | "B";',
    );
    await work(new World(root));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

class World {
  readonly cwd: string;
  readonly state: string;
  constructor(readonly root: string) {
    this.cwd = `${root}/app`;
    this.state = `${root}/state`;
  }

  start(...words: string[]): Deno.ChildProcess {
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", `${ROOT}/main.ts`, ...words],
      cwd: this.cwd,
      env: { EDGESPARK_STATE_DIR: this.state, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  async say(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    const { code, stdout, stderr } = await this.start(...words).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  async values(): Promise<Record<string, string>> {
    const project = await openProject(testSystem({ cwd: this.cwd }), undefined);
    const control = openControl(localPaths(project).control);
    try {
      return await unsealAll(this.state, control);
    } finally {
      control.close();
    }
  }

  /** Every byte below the folder, and every command line and environment of this machine's processes. */
  async *everything(): AsyncGenerator<[string, string]> {
    const latin = new TextDecoder("latin1");
    for (const folders = [this.root]; folders.length > 0;) {
      const folder = folders.pop()!;
      for await (const entry of Deno.readDir(folder)) {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory) folders.push(path);
        else yield [path, latin.decode(await Deno.readFile(path))];
      }
    }
    if (Deno.build.os !== "linux") return;
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      for (const file of ["cmdline", "environ"]) {
        // Processes end while they are looked at.
        const bytes = await Deno.readFile(`/proc/${name}/${file}`).catch(() => new Uint8Array());
        yield [`/proc/${name}/${file}`, latin.decode(bytes)];
      }
    }
  }
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

async function processesWith(mark: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.includes("__secret-page") && line.includes(mark)) found.push(name);
  }
  return found;
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
    const token = answer.url.split("/").pop();
    for await (const [place, text] of world.everything()) {
      assert(!text.includes(token), `the token is in ${place}`);
    }

    const page = await fetch(answer.url);
    const html = await page.text();
    assert.equal(page.status, 200);
    for (const key of ["A", "B"]) {
      assert.match(html, new RegExp(`<label for="field-${key}">${key}</label>`));
    }
    assert(!/<script|src=|href=|url\(|@import/.test(html), "an outside asset");
    const headers = Object.fromEntries(page.headers);
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.equal(headers["x-frame-options"], "DENY");
    const nonce = /<style nonce="([\w-]+)">/.exec(html)![1];
    assert.equal(
      headers["content-security-policy"],
      `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );

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
    for await (const [place, text] of world.everything()) {
      assert(!text.includes(canary), `the value is in ${place}`);
    }
    assert(!`${asked.out}${asked.err}${list.out}${list.err}`.includes(canary));
    assert.deepEqual(await world.values(), {
      A: canary,
      B: `-----BEGIN KEY-----\n${canary}\n-----END KEY-----\n`,
    });
    if (Deno.build.os === "linux") {
      for (let tries = 0; tries < 100 && (await processesWith(world.root)).length > 0; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.deepEqual(await processesWith(world.root), []);
    }
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

Deno.test("--wait waits in the process, and refuses what is not the page's own browser tab", () =>
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
    assert.equal(await status(fetch(url, { method: "DELETE" })), 405);
    assert.equal(
      await status(fetch(url, { method: "POST", body: "A=x", headers: { origin } })),
      415,
    );
    assert.equal(await status(post(url, {})), 400);
    assert.equal(await status(post(url, { A: "\r\n" })), 400);
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
