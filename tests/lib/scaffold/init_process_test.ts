/** `init` as a process of its own, with the permissions that users give it. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { PROGRAM_FLAGS } from "../../../scripts/program_flags.ts";
import { ROOT } from "../../support/fixtures.ts";
import { codeload } from "../archive/tarballs.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

function start(
  cwd: string,
  words: string[],
  env: Record<string, string> = {},
  flags = PROGRAM_FLAGS,
) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...flags, join(ROOT, "main.ts"), ...words],
    cwd,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function folder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 4000; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`never: ${what}`);
}

Deno.test("init: built-in templates and folders need no network", async () => {
  await using work = await folder();
  const offline = [...PROGRAM_FLAGS.filter((flag) => flag !== "--allow-net"), "--deny-net"];
  await Deno.mkdir(join(work.path, "tpl"));
  await Deno.writeTextFile(join(work.path, "tpl", "edgespark.toml"), "");
  for (const [name, template] of [["a", "fullstack"], ["b", "api"], ["c", "./tpl"]]) {
    const words = ["init", name!, "--agent", "codex", "--template", template!];
    const { code, stderr } = await start(work.path, words, {}, offline).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
  }
  assert.deepEqual(names(work.path), ["a", "b", "c", "tpl"]);
});

Deno.test("init --template github: with the permissions of a user", async () => {
  await using work = await folder();
  const archive = await codeload("app", { "edgespark.toml": "", "a/b.txt": "x" });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(archive),
  );
  try {
    const words = ["init", "shop", "--agent", "codex", "--template", "github:me/app"];
    const env = { EDGESPARK_GITHUB_ARCHIVES: `http://127.0.0.1:${server.addr.port}` };
    const { code, stderr } = await start(work.path, words, env).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.equal(await Deno.readTextFile(join(work.path, "shop", "a", "b.txt")), "x");
  } finally {
    await server.shutdown();
  }
});

Deno.test("init: Ctrl-C during a download leaves nothing, exit 130", async () => {
  await using work = await folder();
  const asked = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    asked.resolve();
    return new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x1f])) }),
    );
  });
  try {
    const child = start(
      work.path,
      ["init", "shop", "--agent", "codex", "--template", "github:a/b"],
      {
        EDGESPARK_GITHUB_ARCHIVES: `http://127.0.0.1:${server.addr.port}`,
      },
    );
    await asked.promise;
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    assert.equal(code, 130, new TextDecoder().decode(stderr));
    assert.deepEqual(names(work.path), []);
  } finally {
    await server.shutdown();
  }
});

Deno.test("init: killed while it writes, there is no half project, and the next run works", async () => {
  await using work = await folder();
  const child = start(work.path, ["init", "shop", "--agent", "codex"]);
  await until("a draft", () => names(work.path).length > 0);
  child.kill("SIGKILL");
  await child.output();
  const left = names(work.path);
  // It may have been quicker than the kill; then it is whole.
  if (left.includes("shop")) {
    assert.ok((await Deno.stat(join(work.path, "shop", "web", "vite.config.ts"))).isFile);
    return;
  }
  assert.match(left.join(" "), /^\.shop\.[0-9a-f-]{36}\.tmp$/);
  const long = new Date(0);
  await Deno.utime(join(work.path, left[0]!), long, long);
  const { code, stderr } = await start(work.path, ["init", "shop", "--agent", "codex"]).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.deepEqual(names(work.path), ["shop"]);
});

Deno.test("init --template https://: a trusted server; one that nobody vouches for; no way down to HTTP", async () => {
  await using work = await folder();
  const [key, cert] = [join(work.path, ".key.pem"), join(work.path, ".cert.pem")];
  const openssl = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
      ...["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", cert],
    ],
  }).output();
  assert.equal(openssl.code, 0, new TextDecoder().decode(openssl.stderr));
  const archive = await codeload("app", { "edgespark.toml": "" });
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      key: await Deno.readTextFile(key),
      cert: await Deno.readTextFile(cert),
      onListen() {},
    },
    (request) =>
      request.url.endsWith("/down")
        ? new Response(null, { status: 302, headers: { location: "http://localhost:1/t.tgz" } })
        : new Response(archive),
  );
  const address = `https://localhost:${server.addr.port}`;
  const init = async (path: string, env: Record<string, string>) => {
    const words = ["init", "shop", "--agent", "codex", "--json", "--template", address + path];
    const { code, stderr } = await start(work.path, words, env).output();
    return `${code} ${new TextDecoder().decode(stderr)}`;
  };
  try {
    assert.match(await init("/t.tgz", {}), /^6 .*"DOWNLOAD_FAILED".*certificate/i);
    assert.match(await init("/down", { DENO_CERT: cert }), /^6 .*which is not HTTPS/);
    assert.deepEqual(names(work.path), [".cert.pem", ".key.pem"]);
    assert.match(await init("/t.tgz", { DENO_CERT: cert }), /^0 /);
    assert.deepEqual(names(work.path), [".cert.pem", ".key.pem", "shop"]);
  } finally {
    await server.shutdown();
  }
});
