import { join } from "@std/path";
import assert from "node:assert/strict";
import { denoFiles } from "../../../lib/deno/files.ts";
import { Failure } from "../../../lib/failure.ts";

const files = denoFiles();

async function folder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("write makes folders, replaces whole, leaves nothing beside it", async () => {
  await using dir = await folder();
  const path = join(dir.path, "a", "b", "c.txt");
  await files.write(path, "one");
  await files.write(path, "two", { mode: 0o600 });
  assert.equal(new TextDecoder().decode((await files.read(path))!), "two");
  assert.deepEqual(await files.list(join(dir.path, "a", "b")), [{ name: "c.txt", kind: "file" }]);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
});

Deno.test("a failed write leaves the old file and no temp file", async () => {
  await using dir = await folder();
  const path = join(dir.path, "kept");
  await Deno.mkdir(path);
  await Deno.writeTextFile(join(path, "inside"), "x");
  await assert.rejects(
    files.write(path, "new"),
    (error: unknown) => error instanceof Failure && error.code === "FILE_UNWRITABLE",
  );
  assert.deepEqual((await files.list(dir.path)).map((entry) => entry.name), ["kept"]);
});

Deno.test("what is missing is null, empty or nothing to remove", async () => {
  await using dir = await folder();
  const path = join(dir.path, "none");
  assert.deepEqual([await files.read(path), await files.list(path), await files.info(path)], [
    null,
    [],
    null,
  ]);
  await files.remove(path);
  await Deno.writeTextFile(path, "a file where a folder was expected");
  assert.equal(await files.read(join(path, "below")), null);
});

Deno.test("a folder read as a file is FILE_UNREADABLE", async () => {
  await using dir = await folder();
  await assert.rejects(
    files.read(dir.path),
    (error: unknown) =>
      error instanceof Failure && error.code === "FILE_UNREADABLE" && error.kind === "failed",
  );
});

Deno.test("a link is reported as a link", async () => {
  await using dir = await folder();
  await Deno.symlink("/etc/hostname", join(dir.path, "link"));
  assert.equal((await files.info(join(dir.path, "link")))?.kind, "link");
});
