import assert from "node:assert/strict";
import { parseAddress, shownKey } from "../../../lib/declare/object_address.ts";
import { type ObjectsWorld, objectsWorld } from "./objects_world.ts";

const keysOf = (said: { json: { objects: { key: string }[] } }) =>
  said.json.objects.map(({ key }) => key);

Deno.test("an object goes there and back again, with its type", () =>
  objectsWorld(async ({ cwd, outside, say, write, read, pipe }) => {
    await write(`${outside}/logo.svg`, "<svg/>");
    const put = await say(["put", "../outside/logo.svg", "uploads/brand/", "--json"]);
    assert.deepEqual(put.json, {
      uri: "s3://uploads/brand/logo.svg",
      bucket: "uploads",
      key: "brand/logo.svg",
      file: `${cwd}/../outside/logo.svg`.replace("/app/..", ""),
      size: 6,
      contentType: "image/svg+xml",
      replaced: false,
    });
    const ls = await say(["ls", "uploads", "--json"]);
    assert.deepEqual(keysOf(ls), ["brand/logo.svg"]);
    assert.equal(ls.json.objects[0].size, 6);
    assert(Math.abs(Date.parse(ls.json.objects[0].uploadedAt) - Date.now()) < 600_000);
    const get = await say(["get", "s3://uploads/brand/logo.svg", "../outside/back.svg"]);
    assert.match(
      get.out,
      /^Fetched `s3:\/\/uploads\/brand\/logo.svg` into `.*back.svg`, 6 bytes\n$/,
    );
    assert.equal(await read(`${outside}/back.svg`), "<svg/>");
    assert.equal((await pipe(["get", "uploads/brand/logo.svg", "-"])).text, "<svg/>");
    // Into a folder, and without a name: the last part of the key.
    assert.equal((await say(["get", "uploads/brand/logo.svg", outside, "--force"])).code, 0);
    assert.equal((await say(["get", "uploads/brand/logo.svg"])).code, 0);
    assert.equal(await read(`${cwd}/logo.svg`), "<svg/>");
  }));

Deno.test("what is piped in is stored, with the metadata that is said", () =>
  objectsWorld(async ({ say }) => {
    const type = ["--content-type", "text/csv", "--cache-control", "no-store"];
    const put = await say(["put", "-", "uploads/report", ...type, "--json"], "a,b\n1,2\n");
    assert.deepEqual([put.json.file, put.json.size, put.json.contentType], [null, 8, "text/csv"]);
    const get = await say(["get", "uploads/report", "out.csv", "--json"]);
    assert.deepEqual([get.json.size, get.json.contentType], [8, "text/csv"]);
    const nameless = await say(["put", "-", "uploads/", "--json"], "x");
    assert.deepEqual([nameless.code, nameless.json.error.code], [2, "ADDRESS_INVALID"]);
  }));

Deno.test("nothing is overwritten without `--force`, here or there", () =>
  objectsWorld(async ({ cwd, say, write, read, pipe }) => {
    await write(`${cwd}/a.txt`, "one");
    await say(["put", "a.txt", "uploads/a.txt"]);
    await write(`${cwd}/a.txt`, "two");
    const put = await say(["put", "a.txt", "uploads/a.txt", "--json"]);
    assert.deepEqual([put.code, put.json.error.code], [5, "OBJECT_EXISTS"]);
    assert.match(put.json.error.hint, /--force/);
    const get = await say(["get", "uploads/a.txt", "--json"]);
    assert.deepEqual([get.code, get.json.error.code], [5, "FILE_EXISTS"]);
    assert.equal(await read(`${cwd}/a.txt`), "two");
    assert.equal((await pipe(["get", "uploads/a.txt", "-"])).text, "one");
    const forced = await say(["put", "a.txt", "uploads/a.txt", "--force", "--json"]);
    assert.equal(forced.json.replaced, true);
    await write(`${cwd}/a.txt`, "three");
    assert.equal((await say(["get", "uploads/a.txt", "--force"])).code, 0);
    assert.equal(await read(`${cwd}/a.txt`), "two");
  }));

Deno.test("pages follow each other by their cursors, below any prefix", () =>
  objectsWorld(async ({ say }) => {
    for (const key of ["a", "p/1", "p/2", "p/\u00fc?", "z"]) {
      await say(["put", "-", `uploads/${key}`], "x");
    }
    const pages: string[][] = [];
    for (let cursor: string | null = null;;) {
      const more: string[] = cursor ? ["--cursor", cursor] : [];
      const said = await say(["ls", "uploads/p/", "--limit", "2", "--json", ...more]);
      pages.push(keysOf(said));
      cursor = said.json.cursor;
      if (!cursor) break;
    }
    assert.deepEqual(pages, [["p/1", "p/2"], ["p/\u00fc?"]]);
    assert.deepEqual(keysOf(await say(["ls", "uploads", "--prefix", "p/2", "--json"])), ["p/2"]);
    const text = await say(["ls", "uploads", "--limit", "1"]);
    assert.match(text.out, /^\S+Z {2}1 {2}a\n$/);
    assert.match(text.err, /`--cursor [\w-]+`/);
    assert.equal((await say(["ls", "avatars"])).out, "`avatars` is empty\n");
    assert.equal((await say(["ls", "uploads/q"])).out, "No key begins with `q`\n");
  }));

Deno.test("rm removes what is named, or nothing; a prefix is counted and needs the opt-in", () =>
  objectsWorld(async ({ say }) => {
    for (const key of ["a", "p/1", "p/2", "z"]) await say(["put", "-", `uploads/${key}`], "xx");
    const missing = await say(["rm", "uploads/a", "uploads/gone", "--json"]);
    assert.deepEqual([missing.code, missing.json.error.code], [4, "OBJECT_NOT_FOUND"]);
    const dry = await say(["rm", "uploads/a", "--dry-run", "--json"]);
    const one = { objects: 1, bytes: 2, uris: ["s3://uploads/a"] };
    assert.deepEqual(dry.json, { ...one, removed: false });
    assert.deepEqual((await say(["rm", "uploads/a", "--json"])).json, { ...one, removed: true });
    const begins = await say(["rm", "uploads/p/", "--json"]);
    assert.match(begins.json.error.hint, /`edgespark storage rm uploads --prefix p\/`/);
    const refused = await say(["rm", "uploads", "--prefix", "p/", "--json"]);
    assert.deepEqual([refused.code, refused.json.error.code], [1, "OBJECT_REMOVAL"]);
    assert.match(refused.json.error.message, /2 objects, 4 bytes/);
    const counted = await say(["rm", "uploads", "--prefix", "p/", "--dry-run"]);
    assert.equal(counted.out, "Would remove 2 objects, 4 bytes\n");
    assert.deepEqual(keysOf(await say(["ls", "uploads", "--json"])), ["p/1", "p/2", "z"]);
    const done = await say(["rm", "uploads", "--prefix", "p/", "--confirm-dangerous"]);
    assert.equal(done.out, "Removed 2 objects, 4 bytes\n");
    assert.deepEqual(keysOf(await say(["ls", "uploads", "--json"])), ["z"]);
    assert.equal((await say(["rm", "uploads", "--prefix", "p/"])).code, 0, "nothing to do");
  }));

const REFUSED: [string[], number, string, RegExp][] = [
  [["ls", "Uploads"], 2, "ADDRESS_INVALID", /<bucket>\/<key>/],
  [["ls", "upload"], 4, "BUCKET_UNKNOWN", /Did you mean `uploads`/],
  [["ls", "somewhere-else"], 4, "BUCKET_UNKNOWN", /edgespark storage apply/],
  [["ls", "uploads", "--limit", "0"], 2, "LIMIT_INVALID", /--cursor/],
  [["ls", "uploads", "--limit", "1001"], 2, "LIMIT_INVALID", /--cursor/],
  [["ls", "uploads", "--cursor", "%%"], 2, "CURSOR_INVALID", /without/],
  [["get", "uploads/gone"], 4, "OBJECT_NOT_FOUND", /edgespark storage ls uploads/],
  [["get", "uploads"], 2, "ADDRESS_INVALID", /<bucket>\/<key>/],
  [["get", "uploads/a", "-"], 2, "OUTPUT_TAKEN", /Leave one of them out/],
  [["get", "uploads/a/.."], 2, "FILE_NEEDED", /Name the file/],
  [["get", `uploads/${"\u00fc".repeat(513)}`], 2, "ADDRESS_INVALID", /shorter/],
  [["put", "gone.txt", "uploads/a"], 4, "FILE_NOT_FOUND", /working folder/],
  [["put", ".", "uploads/a"], 1, "FILE_UNREADABLE", /is a file/],
  [
    ["put", "edgespark.toml", "uploads/a", "--content-type", "a\nb"],
    2,
    "METADATA_INVALID",
    /plain/,
  ],
  [["rm", "uploads"], 2, "ADDRESS_INVALID", /<bucket>\/<key>/],
  [["rm", "uploads/p", "--prefix", "x"], 2, "ADDRESS_INVALID", /<bucket> --prefix/],
  [["rm", "uploads", "avatars", "--prefix", "x"], 2, "ADDRESS_INVALID", /<bucket> --prefix/],
];

Deno.test("what cannot be done is refused with its way out, and leaves nothing", () =>
  objectsWorld(async ({ cwd, say }: ObjectsWorld) => {
    for (const [words, code, name, hint] of REFUSED) {
      const said = await say([...words, "--json"]);
      const what = words.join(" ").slice(0, 60);
      assert.deepEqual([said.code, said.json?.error?.code], [code, name], `${what}: ${said.err}`);
      assert.match(said.json.error.hint, hint, what);
    }
    const names = (await Array.fromAsync(Deno.readDir(cwd))).map(({ name }) => name).sort();
    assert.deepEqual(names, [".edgespark", "edgespark.toml", "server"]);
    assert.deepEqual(keysOf(await say(["ls", "uploads", "--json"])), []);
  }));

Deno.test("a damaged object is told by `ls`, refused by `get`, replaced by `put` and removed by `rm`", () =>
  objectsWorld(async ({ cwd, say, write }) => {
    const bucket = `${cwd}/.edgespark/local/buckets/uploads`;
    await write(`${cwd}/a.txt`, "text");
    await say(["put", "a.txt", "uploads/whole"]);
    await Deno.remove(`${bucket}/index.sqlite`);
    for (const name of ["_one", "_two"]) {
      await Deno.writeFile(`${bucket}/${name}`, new Uint8Array(5));
    }
    const ls = await say(["ls", "uploads", "--json"]);
    assert.deepEqual([ls.code, keysOf(ls), ls.json.damaged], [0, ["whole"], ["_one", "_two"]]);
    assert.match((await say(["ls", "uploads"])).err, /`_one`, `_two`.*OBJECTS_DAMAGED/s);
    for (const words of [["get", "uploads/one", "b.txt"], ["get", "uploads/one", "-"]]) {
      const got = await say(words);
      assert.equal(got.code, 1);
      assert.match(got.err, /OBJECT_DAMAGED|object "one" is damaged/);
      assert.match(got.err, /storage put --force/);
    }
    const put = await say(["put", "a.txt", "uploads/one", "--json"]);
    assert.deepEqual([put.code, put.json.error.code], [5, "OBJECT_EXISTS"]);
    const forced = await say(["put", "a.txt", "uploads/one", "--force", "--json"]);
    assert.deepEqual([forced.code, forced.json.replaced], [0, true]);
    assert.equal((await say(["rm", "uploads/two"])).code, 0);
    const after = await say(["ls", "uploads", "--json"]);
    assert.deepEqual([keysOf(after), after.json.damaged], [["one", "whole"], []]);
  }));

Deno.test("a linked bucket is refused by every command, and nothing behind it changes", () =>
  objectsWorld(async ({ cwd, outside, say, write }) => {
    await write(`${cwd}/a.txt`, "text");
    await say(["put", "a.txt", "uploads/a"]);
    const buckets = `${cwd}/.edgespark/local/buckets`;
    await Deno.rename(`${buckets}/uploads`, `${outside}/uploads`);
    await Deno.symlink(`${outside}/uploads`, `${buckets}/uploads`);
    const names = async () =>
      (await Array.fromAsync(Deno.readDir(`${outside}/uploads`))).map(({ name }) => name).sort();
    const before = await names();
    const commands = [
      ...[["ls", "uploads"], ["get", "uploads/a", "b.txt"], ["put", "a.txt", "uploads/b"]],
      ...[["rm", "uploads/a"], ["rm", "uploads", "--prefix", "a", "--confirm-dangerous"]],
      ["apply", "--rename", "uploads:files"],
    ];
    const schema = `${cwd}/server/src/defs/storage_schema.ts`;
    for (const words of commands) {
      if (words[0] === "apply") {
        await write(schema, (await Deno.readTextFile(schema)).replaceAll("uploads", "files"));
      }
      const said = await say([...words, "--json"]);
      assert.deepEqual([said.code, said.json.error?.code], [1, "LINK_REFUSED"], words.join(" "));
    }
    assert.deepEqual(await names(), before);
  }));

Deno.test("addresses", () => {
  for (
    const [text, bucket, key] of [
      ["uploads", "uploads", ""],
      ["uploads/", "uploads", ""],
      ["uploads/a", "uploads", "a"],
      ["s3://uploads/a//b/", "uploads", "a//b/"],
      ["uploads//a", "uploads", "/a"],
      ["uploads/a\nb", "uploads", "a\nb"],
    ] as const
  ) {
    assert.deepEqual(parseAddress(text), { bucket, key }, text);
  }
  for (const text of ["", "/a", "s3:///a", "s3://", "ab/c", "UP/a", "http://uploads/a"]) {
    assert.throws(() => parseAddress(text), { code: "ADDRESS_INVALID" }, text);
  }
  assert.equal(shownKey("a\x1b[31m\u009bb\n"), "a\\x1b[31m\\x9bb\\x0a");
});
