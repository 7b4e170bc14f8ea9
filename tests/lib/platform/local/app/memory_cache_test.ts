import assert from "node:assert/strict";
import { MemoryCaches } from "../../../../../lib/platform/local/app/memory_cache.ts";

const AT = "https://x.example/a?b=1";
const says = (text: string, headers: HeadersInit = {}, status = 200) =>
  new Response(text, { status, headers });

Deno.test("an answer comes back whole, as often as it is asked for, from its own cache alone", async () => {
  const caches = new MemoryCaches();
  await caches.default.put(AT, says("one", { "content-type": "text/x", "x-own": "1" }, 203));
  for (const asked of [AT, new URL(`${AT}#part`), new Request(AT, { headers: { accept: "x" } })]) {
    const found = (await caches.default.match(asked))!;
    assert.equal(await found.text(), "one");
    assert.equal(found.status, 203);
    assert.equal(found.headers.get("x-own"), "1");
    assert.equal(found.headers.get("cf-cache-status"), "HIT");
  }
  assert.equal(await caches.default.match("https://x.example/a"), undefined);
  assert.equal(await (await caches.open("default")).match(AT), undefined);
  await (await caches.open("mine")).put(AT, says("two"));
  assert.equal(await (await (await caches.open("mine")).match(AT))!.text(), "two");
  assert.equal(await caches.default.match(new Request(AT, { method: "HEAD" })), undefined);
  const head = new Request(AT, { method: "HEAD" });
  assert.ok(await caches.default.match(head, { ignoreMethod: true }));
  assert.equal(await caches.default.delete(AT), true);
  assert.equal(await caches.default.delete(AT), false);
  assert.equal(await caches.default.match(AT), undefined);
});

Deno.test("an answer is kept as long as it says", async () => {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const caches = new MemoryCaches(() => now);
  const cases: [headers: HeadersInit, seconds: number][] = [
    [{}, 7200],
    [{ "cache-control": "max-age=60" }, 60],
    [{ "cache-control": "public, max-age=60, s-maxage=10" }, 10],
    [{ "cache-control": "Max-Age=5" }, 5],
    [{ expires: "Thu, 01 Jan 2026 00:00:30 GMT" }, 30],
    [{ "set-cookie": "a=b", "cache-control": "private=Set-Cookie, max-age=9" }, 9],
    ...["no-store", "private", "no-cache", "public, no-store", "max-age=0"].map((
      control,
    ): [HeadersInit, number] => [{ "cache-control": control }, 0]),
    [{ "set-cookie": "a=b", "cache-control": "max-age=60" }, 0],
    [{ expires: "0" }, 0],
  ];
  for (const [headers, seconds] of cases) {
    const cache = await caches.open(JSON.stringify(headers));
    const start = now;
    await cache.put(AT, says("x", headers));
    assert.equal(await cache.match(AT) !== undefined, seconds > 0, JSON.stringify(headers));
    now = start + seconds * 1000 - 1;
    assert.equal(await cache.match(AT) !== undefined, seconds > 0, JSON.stringify(headers));
    now = start + seconds * 1000;
    assert.equal(await cache.match(AT), undefined, JSON.stringify(headers));
    now = start;
  }
});

Deno.test("what cannot be kept is refused as on Workers", async () => {
  const { default: cache } = new MemoryCaches();
  const read = says("x");
  await read.text();
  const post = new Request(AT, { method: "POST" });
  await assert.rejects(cache.put(post, says("x")), /non-GET/);
  await assert.rejects(cache.put(AT, says("x", {}, 206)), /206/);
  await assert.rejects(cache.put(AT, says("x", { vary: "accept, *" })), /Vary/);
  await assert.rejects(cache.put(AT, read), /read already/);
  await cache.put(AT, new Response(null, { status: 204 }));
  assert.equal((await cache.match(AT))!.status, 204);
});

Deno.test("memory is bounded: the longest unused goes first, and nothing is larger than 4 MiB", async () => {
  const { default: cache } = new MemoryCaches();
  const megabyte = new Uint8Array(1024 * 1024);
  const at = (index: number) => `https://x.example/${index}`;
  for (let index = 0; index < 16; index++) await cache.put(at(index), new Response(megabyte));
  assert.ok(await cache.match(at(0)));
  await cache.put(at(16), new Response(megabyte));
  assert.ok(await cache.match(at(0)), "it was used just now");
  assert.equal(await cache.match(at(1)), undefined);
  let given = 0, cancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => (given++, controller.enqueue(megabyte)),
    cancel: () => void (cancelled = true),
  });
  await cache.put(at(99), new Response(endless));
  assert.equal(await cache.match(at(99)), undefined);
  assert.ok(cancelled && given < 8, `${given} chunks`);
});
