/** `db generate` against the real drizzle-kit CLI, over a corpus; one drizzle-kit process for each schema. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { fixtureModules } from "../../support/fixtures.ts";
import { say } from "../../support/say.ts";
import { copyFolder } from "./copy_folder.ts";
import { CORPUS, type CorpusCase } from "./corpus.ts";

const TSCONFIG = '{ "compilerOptions": { "paths": { "@defs": ["./src/defs/index.ts"] } } }';

for (const item of CORPUS) {
  Deno.test(`as drizzle-kit: ${item.name}`, async () => {
    const root = await Deno.makeTempDir({ prefix: "edgespark-differential-" });
    try {
      await compare(root, item);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

async function compare(root: string, { files, then }: CorpusCase): Promise<void> {
  const cwd = join(root, "ours"), server = join(cwd, "server"), theirs = join(root, "theirs");
  await write(cwd, { "edgespark.toml": "", "server/tsconfig.json": TSCONFIG });
  await Deno.symlink(join(fixtureModules(), "node_modules"), join(server, "node_modules"));
  await write(join(server, "src"), files);
  const first = await say("db generate --name step --json", { cwd });
  assert.equal(first.code, 0, first.err);
  await copyFolder(server, theirs);
  if (then) {
    for (const folder of [server, theirs]) await write(join(folder, "src"), then);
    assert.equal((await say("db generate --name next --json", { cwd })).code, 0);
  } else await Deno.remove(join(theirs, "drizzle"), { recursive: true });
  const out = await drizzleKit(theirs, then ? "next" : "step");
  const ours = await migrationFiles(server), wanted = await migrationFiles(theirs);
  assert.deepEqual(Object.keys(ours), Object.keys(wanted), out);
  for (const [name, text] of Object.entries(wanted)) assert.equal(ours[name], text, name);
  assert.ok(Object.keys(wanted).length >= 3, out);
}

async function drizzleKit(cwd: string, name: string): Promise<string> {
  const bin = join(cwd, "node_modules", "drizzle-kit", "bin.cjs");
  const { stdout, stderr } = await new Deno.Command("node", {
    args: [
      ...[bin, "generate", "--dialect", "sqlite", "--name", name],
      ...["--schema", "src/defs/db_schema.ts", "--out", "drizzle"],
    ],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

/** Every file of the migrations, by name; ids and times, which are new in every run, are left out. */
async function migrationFiles(server: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const folder of ["drizzle", "drizzle/meta"]) {
    for await (const { name, isFile } of Deno.readDir(join(server, folder))) {
      if (!isFile || name.startsWith("_edgespark")) continue;
      const text = await Deno.readTextFile(join(server, folder, name));
      found[name] = text.replace(/"(id|prevId)": "[^"]+"/g, '"$1": ""')
        .replace(/"when": \d+/g, '"when": 0');
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function write(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
}
