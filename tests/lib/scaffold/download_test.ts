import assert from "node:assert/strict";
import { download, type Patience } from "../../../lib/scaffold/download.ts";
import { testSystem } from "../../support/system.ts";

type Answer = (request: Request) => Response | Promise<Response>;

/** Downloads from a server on loopback that answers like this. */
async function from(
  answer: Answer,
  { path = "/x", patience, abort }: { path?: string; patience?: Patience; abort?: AbortSignal } =
    {},
): Promise<string> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  const system = testSystem({ cwd: Deno.cwd() });
  try {
    return await download(
      abort ? { ...system, signal: abort } : system,
      `http://127.0.0.1:${server.addr.port}${path}`,
      (bytes) => new Response(bytes as BodyInit).text(),
      patience,
    );
  } finally {
    await server.shutdown();
    await system.close();
  }
}

const to = (location: string) => new Response(null, { status: 302, headers: { location } });

async function refused(work: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  await assert.rejects(work, (error: Error & { code?: string }) => {
    assert.equal(error.code, code, error.stack);
    assert.match(error.message, words);
    return true;
  });
}

Deno.test("download: bytes, under its own name and nothing else about the user", async () => {
  let headers: string[] = [];
  const text = await from((request) => {
    headers = [...request.headers.keys()].sort();
    assert.equal(request.headers.get("user-agent"), "edgespark");
    return new Response("hello");
  });
  assert.equal(text, "hello");
  assert.deepEqual(headers.filter((name) => /cookie|auth|referer/.test(name)), []);
});

Deno.test("download: follows a few redirects, not many", async () => {
  const hops = (count: number): Answer => (request) => {
    const at = Number(new URL(request.url).pathname.slice(1));
    return at < count ? to(`/${at + 1}`) : new Response(`after ${at}`);
  };
  assert.equal(await from(hops(5), { path: "/0" }), "after 5");
  await refused(from(hops(6), { path: "/0" }), "DOWNLOAD_FAILED", /again and again/);
});

for (const location of ["http://192.0.2.1/x", "file:///etc/passwd", "ftp://127.0.0.1/x"]) {
  Deno.test(`download: is not sent away to ${location}`, () =>
    refused(from(() => to(location)), "DOWNLOAD_FAILED", /which is not HTTPS/));
}

Deno.test("download: answers that are no file", async () => {
  const status = (code: number) => from(() => new Response("no", { status: code }));
  await refused(status(404), "TEMPLATE_NOT_FOUND", /does not exist/);
  await refused(status(403), "DOWNLOAD_FAILED", /it answers 403$/);
  await refused(status(500), "DOWNLOAD_FAILED", /it answers 500$/);
  await refused(from(() => new Response(null, { status: 302 })), "DOWNLOAD_FAILED", /302/);
});

Deno.test("download: nobody there", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const system = testSystem({ cwd: Deno.cwd() });
  const work = download(system, `http://127.0.0.1:${port}/x`, () => Promise.resolve(1));
  await refused(work, "DOWNLOAD_FAILED", /^Cannot download from `127\.0\.0\.1:\d+`: .*refused$/i);
  await system.close();
});

/** Sends one piece and then nothing, until the other side gives up. */
const stall: Answer = () =>
  new Response(
    new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) }),
  );

Deno.test("download: a server that falls silent is left, and so is one that never ends", async () => {
  await refused(
    from(stall, { patience: { silent: 200, whole: 60_000 } }),
    "DOWNLOAD_FAILED",
    /does not answer/,
  );
  await refused(
    from(stall, { patience: { silent: 60_000, whole: 200 } }),
    "DOWNLOAD_FAILED",
    /takes too long/,
  );
});

Deno.test("download: a connection that breaks is told as such", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const serving = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(1000));
    const head = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nsome";
    await connection.write(new TextEncoder().encode(head));
    connection.close();
  })();
  const system = testSystem({ cwd: Deno.cwd() });
  const address = `http://127.0.0.1:${port}/x`;
  await refused(
    download(system, address, (bytes) => new Response(bytes as BodyInit).text()),
    "DOWNLOAD_FAILED",
    /^Cannot download from/,
  );
  await serving;
  listener.close();
  await system.close();
});

Deno.test("download: Ctrl-C ends it as Ctrl-C", async () => {
  const abort = new AbortController();
  const work = from((request) => {
    abort.abort();
    return stall(request);
  }, { abort: abort.signal });
  await assert.rejects(work, { name: "AbortError" });
});
