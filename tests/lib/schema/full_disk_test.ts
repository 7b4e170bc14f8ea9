import assert from "node:assert/strict";
import { join } from "@std/path";
import { ROOT } from "../../support/fixtures.ts";
import { byHand, exec, migrateIn, rows } from "./database_world.ts";
import { type World, world } from "./world.ts";

/** A project with about 2 MB of rows and a migration that would double them. */
async function filled(): Promise<World> {
  const w = await world();
  await byHand(w, "0000_a", "CREATE TABLE a (id integer PRIMARY KEY, v text)");
  await migrateIn(w);
  exec(
    w,
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000) INSERT INTO a SELECT x, hex(randomblob(500)) FROM n; PRAGMA wal_checkpoint(TRUNCATE)",
  );
  await byHand(
    w,
    "0001_b",
    "CREATE TABLE b (id integer PRIMARY KEY, v text); INSERT INTO b SELECT id, v || v || v FROM a",
  );
  return w;
}

/** Mounts need a namespace of their own; not every container grants one. */
const MOUNTS = Deno.build.os === "linux" && Deno.uid() === 0 &&
  new Deno.Command("unshare", { args: ["-m", "mount", "-t", "tmpfs", "none", "/mnt"] }).outputSync()
    .success;

/** Says `db migrate` to the program from a shell script; `"$@"` in it is the sentence, `$L` the state. */
async function migrateBy(w: World, script: string, shell = ["sh"]) {
  const program = [
    Deno.execPath(),
    "run",
    "-A",
    "--no-check",
    "--quiet",
    join(ROOT, "main.ts"),
    "db",
    "migrate",
    "--json",
    "--project",
    w.project.root,
  ];
  const [first, ...rest] = shell;
  const { code, stderr } = await new Deno.Command(first!, {
    args: [...rest, "-c", script, "sh", ...program],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { L: join(w.project.state, "local") },
  }).output();
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  const error = lines.findLast((line) => line.startsWith('{"error"'));
  return { code, error: error ? JSON.parse(error).error : null, lines };
}

function untouched(w: World): void {
  assert.deepEqual(rows(w, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
  assert.deepEqual(rows(w, "SELECT count(*) AS n FROM a"), [{ n: 2000 }]);
  assert.deepEqual(rows(w, "SELECT name FROM es_system__db_migrations"), [{ name: "0000_a" }]);
  assert.deepEqual(rows(w, "SELECT count(*) AS n FROM __drizzle_migrations"), [{ n: 1 }]);
}

function files(w: World): string[] {
  const local = join(w.project.state, "local");
  return [local, join(local, "restore")].flatMap((folder) =>
    [...Deno.readDirSync(folder)].map(({ name }) => name)
  ).filter((name) => name.startsWith(".")).sort();
}

Deno.test({
  name: "files that cannot grow: no restore point, no migration, a clear word, old files intact",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using w = await filled();
    const { code, error, lines } = await migrateBy(w, "trap '' XFSZ; ulimit -f 2000; \"$@\"");
    assert.equal(code, 1, lines.join("\n"));
    assert.equal(error.code, "RESTORE_POINT_FAILED");
    assert.match(error.hint, /nothing was changed/);
    untouched(w);
    assert.deepEqual(files(w), []);
    assert.equal((await migrateIn(w)).applied.length, 1);
  },
});

Deno.test({
  name: "a disk that is full in the middle of a migration leaves nothing of it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using w = await filled();
    const { code, error, lines } = await migrateBy(w, "trap '' XFSZ; ulimit -f 6500; \"$@\"");
    assert.equal(code, 1, lines.join("\n"));
    assert.deepEqual([error.code, error.kind], ["DISK_ERROR", "failed"]);
    untouched(w);
    assert.equal((await migrateIn(w)).applied.length, 1);
  },
});

Deno.test({
  name: "a disk without room refuses before anything starts",
  ignore: !MOUNTS,
  fn: async () => {
    await using w = await filled();
    const { code, error } = await migrateBy(
      w,
      'cp -a "$L" "$L.old"; mount -t tmpfs -o size=8m none "$L"; cp -a "$L.old/." "$L"; "$@"; code=$?; rm -r "$L.old"; cp -a "$L" "$L.new"; umount "$L"; rm -r "$L"; mv "$L.new" "$L"; exit $code',
      ["unshare", "-m", "sh"],
    );
    assert.deepEqual([code, error.code], [1, "DISK_FULL"]);
    assert.match(
      error.message,
      /^The database has 3 MB; this needs up to \d+ MB more, and \d+ MB are free$/,
    );
    untouched(w);
    assert.equal((await migrateIn(w)).applied.length, 1);
  },
});

Deno.test({
  name: "a folder that cannot be written says so, and the database stays as it is",
  ignore: Deno.build.os === "windows" || (Deno.uid() === 0 && !MOUNTS),
  fn: async () => {
    await using w = await filled();
    const { code, error } = MOUNTS
      ? await migrateBy(w, 'mount --bind "$L" "$L"; mount -o remount,bind,ro "$L"; "$@"', [
        "unshare",
        "-m",
        "sh",
      ])
      : await migrateBy(w, 'chmod -R a-w "$L"; "$@"; code=$?; chmod -R u+w "$L"; exit $code');
    assert.deepEqual([code, error.code], [1, "DATABASE_UNWRITABLE"]);
    untouched(w);
  },
});
