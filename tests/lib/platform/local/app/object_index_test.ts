import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { BucketIndex } from "../../../../../lib/platform/local/app/object_index.ts";
import {
  bucketUsage,
  createDiskStore,
  type DiskStore,
} from "../../../../../lib/platform/local/app/objects.ts";
import { Random } from "../../../../support/random.ts";

const SEED = 5;
const BYTES = new TextEncoder().encode("some bytes");

async function withStore(test: (store: DiskStore, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const store = createDiskStore(folder);
  try {
    await test(store, folder);
  } finally {
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function everyKey(
  store: DiskStore,
  options: { prefix?: string; delimiter?: string | null; limit?: number } = {},
): Promise<{ keys: string[]; prefixes: string[] }> {
  const all = { keys: [] as string[], prefixes: [] as string[] };
  for (let after: string | null = null;;) {
    const page = await store.list("b", {
      prefix: "",
      delimiter: null,
      limit: 1000,
      ...options,
      after,
    });
    all.keys.push(...page.objects.map(({ key }) => key));
    all.prefixes.push(...page.prefixes);
    if (page.next === null) return all;
    after = page.next;
  }
}

/** The order of UTF-8 bytes, which is not that of UTF-16 units. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

Deno.test(`pages of every size agree with a plain list (seed ${SEED})`, () =>
  withStore(async (store) => {
    const random = new Random(SEED);
    const parts = ["a", "b/", "/", "\u{1F600}", "\uffee", "\0", "z", "aa/b"];
    const keys = new Set<string>();
    while (keys.size < 60) {
      keys.add(Array.from({ length: 1 + random.below(4) }, () => random.pick(parts)).join(""));
    }
    for (const key of keys) await store.put("b", key, BYTES, {});
    const sorted = [...keys].sort(byBytes);
    for (const prefix of ["", "a", "b/", "/", "\u{1F600}", "none"]) {
      for (const delimiter of [null, "/", "b/", "a"]) {
        const expected = { keys: [] as string[], prefixes: [] as string[] };
        for (const key of sorted.filter((it) => it.startsWith(prefix))) {
          const at = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
          const group = key.slice(0, at + (delimiter?.length ?? 0));
          if (at < 0) expected.keys.push(key);
          else if (!expected.prefixes.includes(group)) expected.prefixes.push(group);
        }
        for (const limit of [1, 2, 7, 1000]) {
          const where = JSON.stringify({ prefix, delimiter, limit });
          assert.deepEqual(await everyKey(store, { prefix, delimiter, limit }), expected, where);
        }
      }
    }
  }));

Deno.test("an index that is missing or damaged is made anew from the files", () =>
  withStore(async (store, folder) => {
    const keys = ["a", "b/c", "\0", "x".repeat(900)].sort(byBytes);
    for (const key of keys) await store.put("b", key, BYTES, {});
    store.close();
    const index = join(folder, "b", "index.sqlite");
    await Deno.writeTextFile(index, "this is no database, it only looks like a file".repeat(100));
    assert.deepEqual((await everyKey(store)).keys, keys);
    store.close();
    await Deno.remove(index);
    assert.deepEqual((await everyKey(store)).keys, keys);
    assert.deepEqual(await bucketUsage(join(folder, "b")), {
      objects: 4,
      bytes: 4 * BYTES.length,
    });
  }));

Deno.test("what a crash left between a file and its entry is found again", () =>
  withStore(async (store, folder) => {
    for (const key of ["gone", "kept", "changed"]) await store.put("b", key, BYTES, {});
    store.close();
    // As if killed after the file changed and before the entry did.
    await Deno.remove(join(folder, "b", "_gone"));
    const other = createDiskStore(folder);
    await other.put("c", "changed", new Uint8Array(99), {});
    await other.put("c", "new", BYTES, {});
    other.close();
    for (const key of ["changed", "new"]) {
      await Deno.rename(join(folder, "c", `_${key}`), join(folder, "b", `_${key}`));
    }
    const db = new DatabaseSync(join(folder, "b", "index.sqlite"));
    for (const key of ["gone", "changed", "new"]) {
      db.prepare("INSERT INTO intents VALUES (?, ?, 0)").run(key, new TextEncoder().encode(key));
    }
    db.close();
    const { objects } = await store.list("b", {
      prefix: "",
      delimiter: null,
      after: null,
      limit: 9,
    });
    assert.deepEqual(objects.map(({ key, size }) => [key, size]), [
      ["changed", 99],
      ["kept", BYTES.length],
      ["new", BYTES.length],
    ]);
    assert.equal(await store.open("b", "gone"), null);
  }));

Deno.test("two stores write at once, and a bucket that is made again begins empty", () =>
  withStore(async (store, folder) => {
    const other = createDiskStore(folder);
    const keys = Array.from({ length: 60 }, (_, at) => `k${String(at).padStart(2, "0")}`);
    await Promise.all(
      keys.map((key, at) => (at % 2 ? store : other).put("b", key, new Uint8Array(at), {})),
    );
    // The same key, again and again: the entry says what the file holds.
    await Promise.all(
      keys.map((_, at) => (at % 2 ? store : other).put("b", "same", new Uint8Array(at), {})),
    );
    await Promise.all(
      keys.slice(0, 30).map((key, at) => (at % 2 ? store : other).delete("b", [key])),
    );
    for (const one of [store, other]) {
      assert.deepEqual((await everyKey(one)).keys, [...keys.slice(30), "same"]);
    }
    const page = await store.list("b", { prefix: "same", delimiter: null, after: null, limit: 1 });
    assert.equal(page.objects[0]?.size, (await store.head("b", "same"))?.size);
    await Deno.remove(join(folder, "b"), { recursive: true });
    assert.deepEqual(await everyKey(store), { keys: [], prefixes: [] });
    await other.put("b", "first", BYTES, {});
    for (const one of [store, other]) assert.deepEqual((await everyKey(one)).keys, ["first"]);
    other.close();
  }));

Deno.test("a page of 100,000 objects reads no more than the page", async () => {
  const folder = await Deno.makeTempDir();
  const index = await BucketIndex.open(folder);
  index.close();
  const db = new DatabaseSync(join(folder, "index.sqlite"));
  db.exec(
    `WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < 99999)
    INSERT INTO objects SELECT CAST(printf('folder%03d/%06d', x / 500, x) AS BLOB), x, 0 FROM n`,
  );
  const plan = db.prepare(
    "EXPLAIN QUERY PLAN SELECT key, size, at FROM objects WHERE key > ? AND key < ? ORDER BY key LIMIT ?",
  ).all().map(({ detail }) => detail);
  db.close();
  assert.deepEqual(plan, ["SEARCH objects USING PRIMARY KEY (key>? AND key<?)"]);
  const store = createDiskStore(join(folder, ".."));
  const bucket = folder.split(/[/\\]/).at(-1)!;
  const list = (prefix: string, delimiter: string | null, after: string | null) =>
    store.list(bucket, { prefix, delimiter, after, limit: 1000 });
  const groups = await list("", "/", null);
  assert.deepEqual([groups.prefixes.length, groups.objects.length, groups.next], [200, 0, null]);
  const last = await list("", null, "folder199/098999");
  assert.equal(last.objects.at(-1)?.key, "folder199/099999");
  assert.equal(last.next, null);
  const inside = await list("folder007/", "/", null);
  assert.deepEqual([inside.objects.length, inside.objects[0]?.key], [500, "folder007/003500"]);
  assert.equal((await list("", null, null)).next, "folder001/000999");
  store.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("bytes that changed on the disk are not handed out as the object", () =>
  withStore(async (store, folder) => {
    await store.put("b", "a", BYTES, {});
    const path = join(folder, "b", "_a");
    const file = await Deno.readFile(path);
    file[file.length - 1]! ^= 1;
    await Deno.writeFile(path, file);
    await assert.rejects((await store.open("b", "a"))!.bytes(), /"a" is damaged/);
  }));
