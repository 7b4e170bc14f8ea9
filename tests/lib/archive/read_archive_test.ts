import assert from "node:assert/strict";
import type { ArchiveLimits } from "../../../lib/archive/limits.ts";
import { type ArchiveFile, readArchive } from "../../../lib/archive/read_archive.ts";
import { type Entry, gzip, tarballOf, tarOf } from "./tarballs.ts";

const LIMITS: ArchiveLimits = { packed: 1 << 20, unpacked: 1 << 21, files: 20 };

/** Reads bytes that come in chunks of this size. */
function read(bytes: Uint8Array, chunk = 1000, keep?: (path: string) => boolean) {
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at += chunk));
    },
  });
  return readArchive(stream, "`x.tar.gz`", LIMITS, keep);
}

const text = (content: Uint8Array) => new TextDecoder().decode(content);

async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => null, (error) => error);
  assert.ok(error, "it was read");
  assert.ok(error.code, error.stack);
  return `${error.code}: ${error.message}`;
}

Deno.test("readArchive: files with their bytes and the x bit, packed or not, in any chunks", async () => {
  const bytes = new Uint8Array(1500).map((_, index) => index % 256);
  const entries: Entry[] = [
    { name: "./", type: "directory" },
    { name: "./a/", type: "directory" },
    { name: "./a/b.txt", text: "hello" },
    { name: "empty", text: "" },
    { name: "run.sh", text: "#!/bin/sh\n", mode: 0o755 },
    { name: "bytes.bin", text: bytes },
  ];
  for (const archive of [await tarOf(entries), await tarballOf(entries)]) {
    for (const chunk of [1, 511, 1 << 20]) {
      const { files, skipped } = await read(archive, chunk);
      assert.deepEqual(files.map(({ path, executable }) => [path, executable]), [
        ["a/b.txt", false],
        ["empty", false],
        ["run.sh", true],
        ["bytes.bin", false],
      ]);
      assert.equal(text(files[0]!.content), "hello");
      assert.deepEqual(files[3]!.content, bytes);
      assert.deepEqual(skipped, []);
    }
  }
});

Deno.test("readArchive: what the machine's tar and git make, long and foreign names included", async () => {
  const folder = await Deno.makeTempDir();
  const long = `${"very-long-folder-name/".repeat(9)}${"f".repeat(120)}.ts`;
  const names = ["plain.txt", "\u65e5\u672c\u8a9e/caf\u00e9.txt", long];
  try {
    for (const name of names) {
      await Deno.mkdir(`${folder}/in/${name.replace(/[^/]*$/, "")}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/in/${name}`, name);
    }
    const run = async (program: string, ...args: string[]) => {
      const { code, stderr } = await new Deno.Command(program, { args, cwd: `${folder}/in` })
        .output();
      assert.equal(code, 0, text(stderr));
    };
    await run("git", "init", "-q");
    await run("git", "add", "-A");
    await run("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x");
    for (const format of ["gnu", "pax"]) {
      await run("tar", `--format=${format}`, "--exclude=.git", "-cf", "../out.tar", ".");
      const { files } = await read(await Deno.readFile(`${folder}/out.tar`));
      assert.deepEqual(files.map(({ path }) => path).sort(), [...names].sort(), format);
      for (const { path, content } of files) assert.equal(text(content), path);
    }
    // With the global header that GitHub's archives begin with.
    await run("git", "archive", "--prefix=top/", "-o", "../out.tar.gz", "HEAD");
    const { files } = await read(await Deno.readFile(`${folder}/out.tar.gz`));
    assert.deepEqual(files.map(({ path }) => path).sort(), names.map((n) => `top/${n}`).sort());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("readArchive: links, pipes and devices are named and never made", async () => {
  const { files, skipped } = await read(
    await tarballOf([
      { name: "CLAUDE.md", type: "symlink", linkname: "AGENTS.md" },
      { name: "out", type: "symlink", linkname: "/etc" },
      { name: "hard", type: "link", linkname: "../../secret" },
      { name: "pipe", type: "fifo" },
      { name: "dev", type: "character-device" },
      { name: "a", text: "a" },
    ]),
  );
  assert.deepEqual(files.map(({ path }) => path), ["a"]);
  assert.deepEqual(skipped, ["CLAUDE.md", "out", "hard", "pipe", "dev"]);
});

const UNSAFE: [what: string, entries: Entry[]][] = [
  ["a path that leads out", [{ name: "a/../../x", text: "" }]],
  ["an absolute path", [{ name: "/tmp/x", text: "" }]],
  ["a backslash", [{ name: "..\\x", text: "" }]],
  ["a device", [{ name: "a/aux.ts", text: "" }]],
  ["a link by a bad name", [{ name: "../x", type: "symlink", linkname: "y" }]],
  ["a file written through a link", [
    { name: "a", type: "symlink", linkname: "/tmp" },
    { name: "../a", text: "" },
  ]],
  ["a pax path that leads out", [{ name: "ok", text: "", pax: { path: "../../x" } }]],
  ["a pax path that is absolute", [{ name: "ok", text: "", pax: { path: "/x" } }]],
  ["two names that differ by case", [{ name: "A", text: "" }, { name: "a", text: "" }]],
  ["two names that differ by their accents", [
    { name: "caf\u00e9", text: "" },
    { name: "cafe\u0301", text: "" },
  ]],
  ["a name twice", [{ name: "a", text: "1" }, { name: "a", text: "2" }]],
  ["a file that is a folder too", [{ name: "a", text: "" }, { name: "a/b", text: "" }]],
];
for (const [what, entries] of UNSAFE) {
  Deno.test(`readArchive: refuses ${what}`, async () => {
    assert.match(await failure(read(await tarballOf(entries))), /^ARCHIVE_UNSAFE: /);
  });
}

Deno.test("readArchive: what is not wanted is passed over, whatever it is called", async () => {
  const archive = await tarballOf([
    { name: "other/aux.c", text: "x".repeat(5000) },
    { name: "../../x", text: "y" },
    { name: "mine/a.ts", text: "a" },
  ]);
  const { files } = await read(archive, 100, (path) => path.startsWith("mine/"));
  assert.deepEqual(files.map(({ path }) => path), ["mine/a.ts"]);
});

Deno.test("readArchive: the limits of size and count, and a bomb", async () => {
  const many = Array.from({ length: 21 }, (_, index) => ({ name: `f${index}`, text: "" }));
  assert.match(await failure(read(await tarballOf(many))), /^ARCHIVE_TOO_LARGE: .* 20 files$/);
  const bomb = await gzip(new Uint8Array(64 << 20));
  assert.ok(bomb.length < 1 << 17);
  assert.match(await failure(read(bomb)), /^ARCHIVE_TOO_LARGE: .* 2 MiB$/);
  const big = await tarballOf([{ name: "big", text: new Uint8Array(3 << 20) }]);
  assert.match(await failure(read(big)), /^ARCHIVE_TOO_LARGE/);
  const noise = crypto.getRandomValues(new Uint8Array(65536));
  const wide = await tarOf(
    Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, text: noise })),
  );
  assert.match(await failure(read(wide)), /^ARCHIVE_TOO_LARGE: .* 1 MiB$/);
});

Deno.test("readArchive: a size that is none is not believed", async () => {
  const tar = await tarOf([{ name: "a", text: "a" }]);
  for (const size of ["77777777777\0", "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"]) {
    const bad = tar.slice();
    for (let index = 0; index < 12; index++) bad[124 + index] = size.charCodeAt(index);
    rechecksum(bad);
    assert.match(await failure(read(bad)), /^ARCHIVE_(TOO_LARGE|BROKEN)/);
  }
});

/** Makes the first header's checksum right again. */
function rechecksum(tar: Uint8Array): void {
  tar.fill(32, 148, 156);
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.set(new TextEncoder().encode(sum.toString(8).padStart(6, "0") + "\0 "), 148);
}

Deno.test("readArchive: cut off at any place it is refused, never half a template", async () => {
  const entries = Array.from({ length: 4 }, (_, index) => ({
    name: `f${index}`,
    text: `${index}`.repeat(700),
  }));
  const tar = await tarOf(entries);
  for (let length = 0; length < tar.length; length += 256) {
    assert.match(await failure(read(tar.slice(0, length))), /^ARCHIVE_BROKEN/, `at ${length}`);
  }
  const packed = await gzip(tar);
  for (let length = 0; length < packed.length; length += 7) {
    assert.match(await failure(read(packed.slice(0, length))), /^ARCHIVE_BROKEN/, `at ${length}`);
  }
});

Deno.test("readArchive: whatever bit is damaged, it is refused, or the files are what they were", async () => {
  const content = "some text ".repeat(99);
  const packed = await tarballOf([{ name: "a", text: content }]);
  let refused = 0;
  // Behind gzip's own header, whose time and system mark nobody reads.
  for (let at = 10; at < packed.length; at++) {
    for (let bit = 1; bit < 256; bit *= 2) {
      const bad = packed.slice();
      bad[at] = bad[at]! ^ bit;
      const where = `byte ${at}, bit ${bit}`;
      const result = await read(bad).catch((error) => error);
      if (result instanceof Error) {
        assert.match(
          (result as { code?: string }).code ?? "",
          /^ARCHIVE_(BROKEN|UNSAFE|TOO_LARGE)$/,
          where,
        );
        refused++;
        continue;
      }
      // Deflate has bits that mean nothing, such as the last byte's rest: gzip's sum holds without them.
      assert.deepEqual(result.skipped, [], where);
      assert.deepEqual(
        result.files.map((file: ArchiveFile) => [file.path, text(file.content)]),
        [["a", content]],
        where,
      );
    }
  }
  assert.ok(refused > 8 * (packed.length - 10) * 0.8, `${refused} refused`);
});

Deno.test("readArchive: what is no archive", async () => {
  const page = new TextEncoder().encode("<!doctype html><title>Not found</title>".repeat(40));
  assert.match(await failure(read(page)), /^ARCHIVE_BROKEN: `x.tar.gz` is not a whole tar archive/);
});
