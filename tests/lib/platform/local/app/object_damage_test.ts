import assert from "node:assert/strict";
import { join } from "@std/path";
import {
  bucketUsage,
  createDiskStore,
  type DiskStore,
} from "../../../../../lib/platform/local/app/objects.ts";

const BYTES = new TextEncoder().encode("some bytes");
const ALL = { prefix: "", delimiter: null, after: null, limit: 1000 };

/** A bucket `b` with the objects `a` and `z`, whose index is gone, and a folder beside all buckets. */
async function withBucket(
  test: (world: { store: DiskStore; bucket: string; outside: string }) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const folder = join(root, "buckets"), outside = join(root, "outside");
  await Deno.mkdir(folder);
  await Deno.mkdir(outside);
  const store = createDiskStore(folder);
  try {
    for (const key of ["a", "z"]) await store.put("b", key, BYTES, {});
    store.close();
    await Deno.remove(join(folder, "b", "index.sqlite"));
    await test({ store, bucket: join(folder, "b"), outside });
  } finally {
    store.close();
    await Deno.remove(root, { recursive: true });
  }
}

const keysOf = async (store: DiskStore) =>
  (await store.list("b", ALL)).objects.map(({ key }) => key);

/** The bytes of an object's file. */
function file(length: number, rest: string): Uint8Array {
  const bytes = new Uint8Array(4 + rest.length);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes.set(new TextEncoder().encode(rest), 4);
  return bytes;
}

const head = JSON.stringify({ key: "another", metadata: {} });
const DAMAGE: Record<string, Uint8Array> = {
  "nothing": new Uint8Array(),
  "3bytes": new Uint8Array(3),
  "4bytes": new Uint8Array([0, 0, 0, 9]),
  "5bytes": new Uint8Array([0, 0, 0, 9, 123]),
  "4gib": file(0xffff_ffff, "{}"),
  "nohead": file(0, ""),
  "nojson": file(3, "{a}bytes"),
  "nokey": file(2, "{}bytes"),
  "null": file(4, "nullbytes"),
  "other": file(head.length, head + "bytes"),
  "cut": file(head.length + 1, head),
};

Deno.test("a damaged file is no reason to lose its bucket: it is left out, told, and left alone", () =>
  withBucket(async ({ store, bucket }) => {
    for (const [key, bytes] of Object.entries(DAMAGE)) {
      await Deno.writeFile(join(bucket, `_${key}`), bytes);
    }
    await Deno.mkdir(join(bucket, "_folder"));
    const names = [...Object.keys(DAMAGE), "folder"].map((key) => `_${key}`).sort();
    assert.deepEqual(await keysOf(store), ["a", "z"]);
    await store.put("b", "new", BYTES, {});
    assert.deepEqual(await keysOf(store), ["a", "new", "z"]);
    assert.deepEqual(await store.damaged("b"), names);
    assert.deepEqual(await bucketUsage(bucket), { objects: 3, bytes: 3 * BYTES.length });
    for (const key of Object.keys(DAMAGE)) {
      const refusal = {
        name: "StorageError",
        code: "OBJECT_DAMAGED",
        message: new RegExp(`"${key}"`),
      };
      await assert.rejects(store.head("b", key), refusal, key);
      await assert.rejects(store.open("b", key), refusal, key);
      assert.deepEqual(await Deno.readFile(join(bucket, `_${key}`)), DAMAGE[key]);
    }
    assert.deepEqual(await (await store.open("b", "a"))!.bytes(), BYTES);
    // A new process is told as well.
    const told: [string, string[]][] = [];
    const other = createDiskStore(join(bucket, ".."), (...all) => told.push(all));
    await other.list("b", ALL);
    other.close();
    assert.deepEqual(told, [["b", names]]);
    // Stored again, or mended from a copy, it is an object as any other; removed, it is gone.
    await store.put("b", "4bytes", BYTES, {});
    await Deno.copyFile(join(bucket, "_a"), join(bucket, "_nokey"));
    await store.delete("b", ["nothing", "other"]);
    const left = names.filter((name) => !["_4bytes", "_nothing", "_other"].includes(name));
    assert.deepEqual(await store.damaged("b"), left);
    assert.deepEqual(await keysOf(store), ["4bytes", "a", "new", "z"]);
    const mended = createDiskStore(join(bucket, "..", "..", "outside"));
    await mended.put("b", "nokey", BYTES, {});
    mended.close();
    await Deno.copyFile(join(bucket, "..", "..", "outside", "b", "_nokey"), join(bucket, "_nokey"));
    assert.deepEqual(await store.damaged("b"), left.filter((name) => name !== "_nokey"));
    assert.deepEqual(await keysOf(store), ["4bytes", "a", "new", "nokey", "z"]);
  }));

Deno.test("a crash beside a damaged file leaves the bucket usable", () =>
  withBucket(async ({ store, bucket }) => {
    assert.deepEqual(await keysOf(store), ["a", "z"]);
    store.close();
    const { DatabaseSync } = await import("node:sqlite");
    const db = new DatabaseSync(join(bucket, "index.sqlite"));
    // As an index of an older version, with a change that never ended.
    db.exec("DROP TABLE damaged");
    db.prepare("INSERT INTO intents VALUES ('x', ?, 0)").run(new TextEncoder().encode("a"));
    db.close();
    await Deno.writeFile(join(bucket, "_a"), new Uint8Array([0, 0, 1, 0]));
    assert.deepEqual(await keysOf(store), ["z"]);
    assert.deepEqual(await store.damaged("b"), ["_a"]);
  }));

Deno.test("a damaged length takes no memory", () =>
  withBucket(async ({ store, bucket }) => {
    const path = join(bucket, "_large");
    await Deno.writeFile(path, file(0xc000_0000, ""));
    // As long as it says, without a byte on the disk.
    await Deno.truncate(path, 0xc000_0004);
    const before = Deno.memoryUsage();
    await assert.rejects(store.head("b", "large"), { code: "OBJECT_DAMAGED" });
    const after = Deno.memoryUsage();
    assert.ok(after.external - before.external < 16 * 1024 * 1024);
    const metadata = { contentType: "x".repeat(2_000_000) };
    await assert.rejects(store.put("b", "wide", BYTES, metadata), { code: "OPTION_INVALID" });
    assert.equal(await store.head("b", "wide"), null);
  }));

Deno.test("a link is no object: nothing behind it is read, written or removed", () =>
  withBucket(async ({ store, bucket, outside }) => {
    const others = createDiskStore(outside);
    await others.put("b", "soft", BYTES, {});
    others.close();
    const theirs = (name: string) => join(outside, "b", name);
    await Deno.writeTextFile(join(outside, "pw"), "root:x:0:0:root:/root:/bin/sh\n".repeat(9));
    await Deno.symlink(theirs("_soft"), join(bucket, "_soft"));
    await Deno.symlink(join(outside, "pw"), join(bucket, "_pw"));
    await Deno.symlink(join(outside, "none"), join(bucket, "_dangling"));
    // A second name of a whole object is as good as a copy; of anything else it is damaged.
    await Deno.link(join(outside, "pw"), join(bucket, "_hard"));
    assert.deepEqual(await keysOf(store), ["a", "z"]);
    assert.deepEqual(await store.damaged("b"), ["_dangling", "_hard", "_pw", "_soft"]);
    for (const key of ["soft", "pw", "dangling"]) {
      await assert.rejects(store.head("b", key), { code: "LINK_REFUSED" }, key);
      await assert.rejects(store.open("b", key), { code: "LINK_REFUSED" }, key);
    }
    await assert.rejects(store.open("b", "hard"), { code: "OBJECT_DAMAGED" });
    for (const key of ["soft", "dangling", "hard"]) {
      await store.put("b", key, new Uint8Array(1), {});
    }
    await store.delete("b", ["pw", "soft"]);
    assert.deepEqual(await store.damaged("b"), []);
    assert.deepEqual(await keysOf(store), ["a", "dangling", "hard", "z"]);
    assert.match(await Deno.readTextFile(join(outside, "pw")), /^(root:.*\n){9}$/);
    assert.ok((await Deno.stat(theirs("_soft"))).size > BYTES.length);
    await assert.rejects(Deno.stat(join(outside, "none")), Deno.errors.NotFound);
  }));

Deno.test("a linked bucket, folder of uploads or index is refused, and what it leads to is as it was", () =>
  withBucket(async ({ store, bucket, outside }) => {
    const others = createDiskStore(outside);
    await others.put("b", "a", BYTES, {});
    others.close();
    const seen = async () => {
      const entries = await Array.fromAsync(Deno.readDir(join(outside, "b")));
      return entries.map(({ name }) => name).filter((name) => !/-(wal|shm)$/.test(name)).sort();
    };
    const before = await seen();
    const everything = (b: string): Record<string, () => Promise<unknown>> => ({
      head: () => store.head(b, "a"),
      open: () => store.open(b, "a"),
      list: () => store.list(b, ALL),
      put: () => store.put(b, "new", BYTES, {}),
      delete: () => store.delete(b, ["a"]),
      damaged: () => store.damaged(b),
      usage: () => bucketUsage(join(bucket, "..", b)),
    });
    await Deno.symlink(join(outside, "b"), join(bucket, "..", "linked"));
    for (const [name, act] of Object.entries(everything("linked"))) {
      await assert.rejects(act(), { code: "LINK_REFUSED", message: /buckets\/linked/ }, name);
    }
    await Deno.symlink(join(outside, "b", "index.sqlite"), join(bucket, "index.sqlite"));
    const { list, put, damaged } = everything("b");
    for (const act of [list, put, damaged]) await assert.rejects(act!(), { code: "LINK_REFUSED" });
    await Deno.remove(join(bucket, "index.sqlite"));
    await Deno.remove(join(bucket, "tmp"), { recursive: true });
    await Deno.symlink(join(outside, "b"), join(bucket, "tmp"));
    await assert.rejects(put!(), { code: "LINK_REFUSED", message: /b\/tmp/ });
    assert.deepEqual(await seen(), before);
    assert.deepEqual(await keysOf(store), ["a", "z"]);
  }));
