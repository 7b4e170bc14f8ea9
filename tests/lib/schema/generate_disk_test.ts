/** `db generate` where the migrations' folder cannot be written, or its disk is full. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { fixtureModules, ROOT } from "../../support/fixtures.ts";

/** Mounts need a namespace of their own; not every container grants one. */
const MOUNTS = Deno.build.os === "linux" && Deno.uid() === 0 &&
  new Deno.Command("unshare", { args: ["-m", "mount", "-t", "tmpfs", "none", "/mnt"] }).outputSync()
    .success;

const SCHEMA = `import { integer, sqliteTable } from "drizzle-orm/sqlite-core";
export const a = sqliteTable("a", { id: integer("id").primaryKey() });
`;

/** Runs `db generate` by a shell script in which `"$@"` is the sentence and `$F` the folder. */
async function generate(cwd: string, script: string, shell = ["sh"]) {
  const [first, ...rest] = shell;
  const { code, stderr } = await new Deno.Command(first!, {
    args: [
      ...[...rest, "-c", script, "sh", Deno.execPath(), "run", "-A", "--no-check", "--quiet"],
      ...[join(ROOT, "main.ts"), "db", "generate", "--name", "next", "--json"],
    ],
    cwd,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { F: join(cwd, "server", "drizzle") },
  }).output();
  const text = new TextDecoder().decode(stderr);
  const line = text.trim().split("\n").findLast((part) => part.startsWith('{"error"'));
  return { code, error: line ? JSON.parse(line).error : null, text };
}

/** A project with one migration, and a schema that asks for another. */
async function project(): Promise<string> {
  const cwd = await Deno.makeTempDir({ prefix: "edgespark-unwritable-" });
  const defs = join(cwd, "server", "src", "defs");
  await Deno.mkdir(defs, { recursive: true });
  await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
  await Deno.symlink(join(fixtureModules(), "node_modules"), join(cwd, "server", "node_modules"));
  await Deno.writeTextFile(join(defs, "db_schema.ts"), SCHEMA);
  assert.equal((await generate(cwd, '"$@"')).code, 0);
  const columns = Array.from({ length: 400 }, (_, index) => `c${index}: integer("c${index}")`);
  await Deno.writeTextFile(
    join(defs, "db_schema.ts"),
    `${SCHEMA}export const b = sqliteTable("b", { ${columns.join(", ")} });\n`,
  );
  return cwd;
}

async function contents(cwd: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const folder of ["server/drizzle", "server/drizzle/meta"]) {
    for await (const { name, isFile } of Deno.readDir(join(cwd, folder))) {
      if (isFile) found[`${folder}/${name}`] = await Deno.readTextFile(join(cwd, folder, name));
    }
  }
  return found;
}

Deno.test({
  name: "generate into a folder that cannot be written says so, and the next run does it",
  ignore: Deno.build.os === "windows" || (Deno.uid() === 0 && !MOUNTS),
  fn: async () => {
    const cwd = await project();
    const before = await contents(cwd);
    const { code, error, text } = MOUNTS
      ? await generate(cwd, 'mount --bind "$F" "$F"; mount -o remount,bind,ro "$F"; "$@"', [
        "unshare",
        "-m",
        "sh",
      ])
      : await generate(cwd, 'chmod -R a-w "$F"; "$@"; code=$?; chmod -R u+w "$F"; exit $code');
    assert.deepEqual([code, error?.kind], [1, "failed"], text);
    assert.match(error.message, /server\/drizzle/);
    assert.deepEqual(await contents(cwd), before);
    assert.equal((await generate(cwd, '"$@"')).code, 0);
    await Deno.remove(cwd, { recursive: true });
  },
});

Deno.test({
  name: "generate onto a full disk leaves the journal as it was, and the next run completes it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const cwd = await project();
    const journal = (await contents(cwd))["server/drizzle/meta/_journal.json"];
    // Files of at most 8 KB: the SQL fits, the snapshot does not.
    const { code, error, text } = await generate(cwd, "trap '' XFSZ; ulimit -f 16; \"$@\"");
    assert.deepEqual([code, error?.kind], [1, "failed"], text);
    assert.equal((await contents(cwd))["server/drizzle/meta/_journal.json"], journal);
    const { code: after, text: said } = await generate(cwd, '"$@"');
    assert.equal(after, 0, said);
    const files = Object.keys(await contents(cwd)).sort();
    assert.deepEqual(files.filter((name) => !name.includes("_edgespark")), [
      "server/drizzle/0000_next.sql",
      "server/drizzle/0001_next.sql",
      "server/drizzle/meta/0000_snapshot.json",
      "server/drizzle/meta/0001_snapshot.json",
      "server/drizzle/meta/_journal.json",
    ]);
    await Deno.remove(cwd, { recursive: true });
  },
});
