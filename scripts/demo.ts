/**
 * The main job, from an empty folder to a deployed app and back again with a changed schema, said to the
 * public command line as child processes; every answer is asserted. `deno task demo`.
 */
import { join } from "@std/path";
import assert from "node:assert/strict";
import { APP, FIRST_SCHEMA, RUNTIME_KEYS, SECOND_APP, SECOND_SCHEMA, STORAGE } from "./demo_app.ts";
import { ROOT } from "./esbuild_options.ts";
import { PROGRAM_FLAGS } from "./program_flags.ts";

const home = await Deno.makeTempDir({ prefix: "edgespark-demo-" });
const root = join(home, "my-app");
const server = join(root, "server");
const env = { EDGESPARK_STATE_DIR: join(home, "state"), NO_COLOR: "1" };
/** How the README tells people to run it: grants by path, which the program narrows by itself. */
const PROGRAM = [
  ...["run", "--quiet", ...PROGRAM_FLAGS],
  // `--program <file>`: the bundle instead of the sources.
  Deno.args[0] === "--program" ? join(Deno.cwd(), Deno.args[1]!) : join(ROOT, "main.ts"),
];
const began = performance.now();
let steps = 0;

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs one command line to its end. */
async function command(program: string, args: string[], cwd: string): Promise<Ran> {
  const result = await new Deno.Command(program, {
    args,
    cwd,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: result.code, out: text(result.stdout), err: text(result.stderr) };
}

/** Says one sentence to the program, expecting exit 0 unless told otherwise. */
async function edgespark(line: string, expected = 0, cwd = root): Promise<Ran> {
  const ran = await command(Deno.execPath(), [...PROGRAM, ...line.split(" ")], cwd);
  assert.equal(
    ran.code,
    expected,
    `\`edgespark ${line}\` ended with ${ran.code}\n${ran.out}${ran.err}`,
  );
  return ran;
}

// deno-lint-ignore no-explicit-any -- the demo knows what it asked for
async function json(line: string, expected = 0): Promise<any> {
  return JSON.parse((await edgespark(`${line} --json`, expected)).out);
}

async function step(name: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  steps++;
  console.log(`ok  ${name} (${Math.round(performance.now() - start)} ms)`);
}

async function write(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(join(server, path), text);
}

let url = "";
let cookie = "";

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (cookie) headers.set("cookie", cookie);
  if (init.body) headers.set("content-type", "application/json");
  if (init.method === "POST") headers.set("origin", url);
  return await fetch(url + path, { ...init, headers, redirect: "manual" });
}

async function main(): Promise<void> {
  await step("init my-app --agent codex", async () => {
    const { out } = await edgespark("init my-app --agent codex", 0, home);
    assert.match(out, /cd my-app\/server && npm install/);
    assert.match(await Deno.readTextFile(join(root, "AGENTS.md")), /edgespark/);
  });
  await step("npm install in server/", async () => {
    const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
    const ran = await command(
      npm,
      ["install", "--no-audit", "--no-fund", "--loglevel=error"],
      server,
    );
    assert.equal(ran.code, 0, ran.err);
  });
  await step(
    "login needs nothing on the local platform",
    async () => void await edgespark("login"),
  );
  await step("declare the posts table; db generate, db migrate", async () => {
    await write("src/defs/db_schema.ts", FIRST_SCHEMA);
    const dry = await json("db generate --name add_posts --dry-run");
    assert.deepEqual([dry.changed, dry.written], [true, false]);
    const generated = await json("db generate --name add_posts");
    assert.deepEqual([generated.tag, generated.written], ["0000_add_posts", true]);
    assert.match(generated.statements.join("\n"), /CREATE TABLE `posts`/);
    const migrated = await json("db migrate");
    assert.deepEqual(migrated.applied.map((one: { tag: string }) => one.tag), ["0000_add_posts"]);
    assert.equal((await json("db generate")).changed, false);
    assert.equal((await json("db check")).ok, true);
  });
  await step("declare the uploads bucket; storage apply", async () => {
    await write("src/defs/storage_schema.ts", STORAGE);
    assert.deepEqual(
      (await json("storage apply")).plan.map((
        one: { action: string; name: string },
      ) => [one.action, one.name]),
      [["create", "uploads"]],
    );
    assert.equal(
      (await json("storage apply")).plan.some((one: { action: string }) => one.action !== "none"),
      false,
    );
    assert.deepEqual(
      (await json("storage bucket list")).buckets.map((one: { name: string }) => one.name),
      ["uploads"],
    );
  });
  await step("declare runtime keys; var set, secret set through its page", async () => {
    await write("src/defs/runtime.ts", RUNTIME_KEYS);
    await edgespark("var set PUBLIC_API_BASE_URL=https://api.example.com");
    assert.deepEqual(
      (await json("var list")).vars.map((
        one: { key: string; value: string },
      ) => [one.key, one.value]),
      [["PUBLIC_API_BASE_URL", "https://api.example.com"]],
    );
    await enterSecret("STRIPE_SECRET_KEY", "sk_test_demo_value_that_no_terminal_sees");
  });
  await step("auth pull, auth apply", async () => {
    await edgespark("auth pull");
    assert.equal((await json("auth apply")).applied, true);
    assert.equal((await json("auth get")).providerEmailPassword.enabled, true);
  });
  await step("write the app; pull types; npx tsc --noEmit", async () => {
    await write("src/index.ts", APP);
    await edgespark("pull types");
    assert.equal((await json("pull types --check")).upToDate, true);
    const npx = Deno.build.os === "windows" ? "npx.cmd" : "npx";
    const checked = await command(npx, ["tsc", "--noEmit"], server);
    assert.equal(checked.code, 0, checked.out);
  });
  await step("deploy --dry-run", async () => {
    const plan = await json("deploy --dry-run --skip-web");
    assert.deepEqual(
      plan.findings.filter((one: { severity: string }) => one.severity === "error"),
      [],
    );
    assert.deepEqual(
      plan.routes.map((one: { method: string; path: string; access: string }) =>
        `${one.access} ${one.method} ${one.path}`
      ).sort(),
      ["login GET /api/posts", "login POST /api/posts", "public GET /api/public/settings"],
    );
    assert.equal(plan.deploymentId, null);
  });
  await step("deploy", async () => {
    const deployed = await json("deploy --skip-web");
    url = deployed.url;
    assert.match(url, /^http:\/\/(localhost|127\.0\.0\.1):\d+$/);
    const status = await json("status");
    assert.deepEqual([status.running, status.deploymentId], [true, deployed.deploymentId]);
  });
  await step("401 without a session, public route open", async () => {
    assert.equal((await call("/api/posts")).status, 401);
    const settings = await call("/api/public/settings");
    assert.deepEqual(await settings.json(), {
      apiBase: "https://api.example.com",
      hasStripe: true,
    });
  });
  await step("sign up, create a post, read it back", async () => {
    const body = JSON.stringify({
      name: "Ada",
      email: "ada@example.com",
      password: "correct horse battery",
    });
    const signedUp = await call("/api/_es/auth/sign-up/email", { method: "POST", body });
    assert.equal(signedUp.status, 200, await signedUp.clone().text());
    cookie = signedUp.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
    const created = await call("/api/posts", {
      method: "POST",
      body: JSON.stringify({ title: "First" }),
    });
    assert.equal(created.status, 201, await created.clone().text());
    const posts = await (await call("/api/posts")).json();
    assert.deepEqual(posts.map((post: { title: string }) => post.title), ["First"]);
  });
  await step("log tail shows the requests and console.log", async () => {
    const { out } = await edgespark("log tail --since 10m --no-follow --json");
    const records = out.trim().split("\n").map((line) => JSON.parse(line));
    assert.ok(
      records.some((one) =>
        one.method === "POST" && one.path === "/api/posts" && one.status === 201
      ),
      out,
    );
    assert.ok(records.some((one) => one.message === "created post 1"), out);
    assert.ok(!out.includes("sk_test_demo_value"), "the log holds a secret");
  });
  await step("add a column; generate, migrate, deploy again: the old row is there", async () => {
    await write("src/defs/db_schema.ts", SECOND_SCHEMA);
    await write("src/index.ts", SECOND_APP);
    assert.equal((await json("db generate --name add_summary")).tag, "0001_add_summary");
    const blocked = await json("deploy --dry-run --skip-web", 1);
    assert.ok(
      blocked.findings.some((one: { severity: string }) => one.severity === "error"),
      "a pending migration must block",
    );
    assert.equal((await json("db migrate")).applied.length, 1);
    assert.equal((await json("deploy --skip-web")).url, url);
    const posts = await (await call("/api/posts")).json();
    assert.deepEqual(posts, [{ id: 1, title: "First", authorId: posts[0].authorId, summary: "" }]);
  });
  await step("stop", async () => {
    const { pid } = await json("status");
    await edgespark("stop");
    assert.equal((await json("status")).running, false);
    assert.equal(isAlive(pid), false, `process ${pid} is still there`);
  });
}

/** What a person does with the page: open it, type the value, press the button. */
async function enterSecret(key: string, value: string): Promise<void> {
  const asked = await json(`secret set ${key}`);
  assert.equal(asked.state, "pending");
  const page = await (await fetch(asked.url)).text();
  assert.match(page, new RegExp(key));
  const action = /<form[^>]* action="([^"]*)"/.exec(page)?.[1] ?? asked.url;
  const origin = new URL(asked.url).origin;
  const saved = await fetch(new URL(action, asked.url), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin },
    body: new URLSearchParams({ [key]: value }),
  });
  assert.equal(saved.status, 200, await saved.text());
  const secrets = (await json("secret list")).secrets;
  assert.deepEqual(secrets.map((one: { key: string; state: string }) => [one.key, one.state]), [[
    key,
    "set",
  ]]);
}

/** A process that has ended but was not collected by its parent yet does not count as alive. */
function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
  } catch {
    return false;
  }
  const stat = Deno.build.os === "linux" ? Deno.readTextFileSync(`/proc/${pid}/stat`) : "";
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
}

let failed: unknown;
try {
  await main();
} catch (error) {
  failed = error;
  console.error(error);
} finally {
  await command(Deno.execPath(), [...PROGRAM, "stop"], root)
    .catch(() => {});
}
const seconds = ((performance.now() - began) / 1000).toFixed(1);
if (failed) {
  console.error(`Demo failed after ${steps} steps in ${seconds} s; the project is in ${root}`);
  Deno.exit(1);
}
await Deno.remove(home, { recursive: true });
console.log(`Demo passed: ${steps} steps in ${seconds} s`);
