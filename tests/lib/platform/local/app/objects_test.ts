import assert from "node:assert/strict";
import { join } from "@std/path";
import { fileNameOf, keyOf } from "../../../../../lib/platform/local/app/object_names.ts";
import { createBucketClient } from "../../../../../lib/runtime/storage/bucket.ts";
import { createPresigner } from "../../../../../lib/runtime/storage/presign.ts";
import { bucketUsage, createDiskStore } from "../../../../../lib/platform/local/app/objects.ts";

const KEYS = [
  "a",
  "A",
  "..",
  "../../etc/passwd",
  "a/b/c.txt",
  "a//b",
  "/leading",
  "nul\0byte",
  "con",
  "trailing.",
  "~2f",
  "caf\u00e9",
  "cafe\u0301",
  "\u{1F600}",
  "\ufeffa",
  "\ufeff",
  "x".repeat(1000),
  `${"x".repeat(999)}y`,
];

Deno.test("every key has a file name of its own that is safe everywhere", () => {
  const names = KEYS.map(fileNameOf);
  assert.equal(new Set(names.map((name) => name.toLowerCase().normalize("NFD"))).size, KEYS.length);
  for (const [index, name] of names.entries()) {
    assert.match(name, /^(_[a-z0-9~-]*|~[0-9a-f]{64})$/);
    assert.ok(name.length <= 200);
    const key = keyOf(name);
    assert.ok(key === KEYS[index] || (key === null && KEYS[index]!.length > 200));
  }
  assert.equal(keyOf("tmp-123"), undefined);
});

Deno.test("objects go in and out whole, with their metadata", async () => {
  const folder = await Deno.makeTempDir();
  const store = createDiskStore(folder);
  for (const key of KEYS) {
    const bytes = new TextEncoder().encode(JSON.stringify(key));
    await store.put("b", key, bytes, { contentType: "text/plain" });
  }
  for (const key of KEYS) {
    const object = await store.open("b", key);
    assert.equal(JSON.parse(new TextDecoder().decode(await object!.bytes())), key);
    assert.deepEqual(object!.metadata, { contentType: "text/plain" });
    assert.equal(await new Response((await store.open("b", key))!.stream()).json(), key);
  }
  await store.put("b", "a", new Uint8Array(), {});
  const head = await store.head("b", "a");
  assert.equal(head?.size, 0);
  assert.deepEqual(head?.metadata, {});
  assert.ok(Math.abs(head!.uploadedAt.getTime() - Date.now()) < 60_000);
  const stream = new Blob(["one ", "two"]).stream();
  await store.put("b", "streamed", stream, {});
  assert.equal((await store.head("b", "streamed"))?.size, 7);

  const broken = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array([1]));
      controller.error(new Error("broken off"));
    },
  });
  await assert.rejects(store.put("b", "streamed", broken, {}), /broken off/);
  assert.equal((await store.head("b", "streamed"))?.size, 7);
  assert.deepEqual(await bucketUsage(join(folder, "b")), {
    objects: KEYS.length + 1,
    bytes: KEYS.slice(1).reduce(
      (sum, key) => sum + new TextEncoder().encode(JSON.stringify(key)).length,
      7,
    ),
  });
  await store.delete("b", [...KEYS, "never there"]);
  assert.equal(await store.open("b", "a"), null);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(join(folder, "b", "tmp"))), []);
  assert.deepEqual(await bucketUsage(join(folder, "none")), { objects: 0, bytes: 0 });
  assert.deepEqual((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["b"]);
  store.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("keys that begin with a byte order mark keep it, in lists and from page to page", async () => {
  const folder = await Deno.makeTempDir();
  const bucket = createBucketClient("b", {
    store: createDiskStore(folder),
    presigner: createPresigner("secret"),
    origin: "http://localhost",
  });
  const keys = ["abc", "b", "\ufeffabc", "\ufeffz"];
  for (const key of keys) await bucket.put(key, new Uint8Array(key.length));
  const seen: string[] = [];
  for (let cursor: string | undefined, pages = 0; pages < 5; pages++) {
    const page = await bucket.list({ limit: 1, cursor });
    seen.push(...page.files.map(({ path }) => path));
    cursor = page.cursor;
    if (!page.hasMore) break;
  }
  assert.deepEqual(seen, keys);
  const { files } = await bucket.list({ prefix: "\ufeff" });
  assert.deepEqual(files.map(({ path }) => path), keys.slice(2));
  await bucket.delete(files.map(({ path }) => path));
  assert.deepEqual((await bucket.list()).files.map(({ path }) => path), ["abc", "b"]);
  await assert.rejects(bucket.delete(undefined as unknown as string), { code: "PATH_INVALID" });
  assert.equal((await bucket.list(null as unknown as undefined)).files.length, 2);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("lists go by prefix, delimiter and page", async () => {
  const folder = await Deno.makeTempDir();
  const store = createDiskStore(folder);
  const long = `z/${"l".repeat(500)}`;
  for (const key of ["a/1", "a/2", "a/x/1", "b", "c/1", long]) {
    await store.put("b", key, new Uint8Array(3), {});
  }
  const list = async (options: Partial<Parameters<typeof store.list>[1]>) => {
    const page = await store.list("b", {
      prefix: "",
      delimiter: null,
      after: null,
      limit: 1000,
      ...options,
    });
    return { keys: page.objects.map(({ key }) => key), prefixes: page.prefixes, next: page.next };
  };
  assert.deepEqual((await list({})).keys, ["a/1", "a/2", "a/x/1", "b", "c/1", long]);
  assert.deepEqual(await list({ delimiter: "/" }), {
    keys: ["b"],
    prefixes: ["a/", "c/", "z/"],
    next: null,
  });
  assert.deepEqual(await list({ prefix: "a/", delimiter: "/" }), {
    keys: ["a/1", "a/2"],
    prefixes: ["a/x/"],
    next: null,
  });
  const pages: string[][] = [];
  for (let after: string | null = null, done = false; !done;) {
    const page = await list({ delimiter: "/", limit: 2, after });
    pages.push([...page.keys, ...page.prefixes].sort());
    after = page.next;
    done = page.next === null;
  }
  assert.deepEqual(pages, [["a/", "b"], ["c/", "z/"]]);
  store.close();
  await Deno.remove(folder, { recursive: true });
});
