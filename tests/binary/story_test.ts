/** A story told to the compiled executable, in an empty folder, with no Node and no Deno on PATH. */
import { join } from "@std/path";
import assert from "node:assert/strict";
import { ROOT } from "../support/fixtures.ts";

const BINARY = join(
  ROOT,
  "dist",
  "bin",
  `edgespark-${Deno.build.os}-${Deno.build.arch === "x86_64" ? "x64" : "arm64"}`,
);
const home = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(home, { recursive: true }));

async function edgespark(line: string, cwd = join(home, "shop")) {
  const { code, stdout, stderr } = await new Deno.Command(BINARY, {
    args: line.split(" "),
    cwd,
    clearEnv: true,
    env: { HOME: home, PATH: "/nowhere" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

const SCHEMA = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title").notNull() });
`;

/** Schemas that reach for what they must not have; a compiled program has holes of its own. */
const HOSTILE: [name: string, code: string][] = [
  ["reads a file", `Deno.readTextFileSync("/etc/hostname");`],
  ["reads a file by node", `process.getBuiltinModule("node:fs").readFileSync("/etc/hostname");`],
  [
    "imports a file as JSON",
    `await import("file://" + "${home}/secret.json", { with: { type: "json" } });`,
  ],
  [
    "evaluates a string that imports a file",
    `await (0, eval)("import('file://${home}/secret.json', { with: { type: 'json' } })");`,
  ],
  [
    "makes a function that imports a file",
    `await new Function("return import('file://${home}/secret.json', { with: { type: 'json' } })")();`,
  ],
  ["starts a Worker", `new Worker("data:text/javascript,1", { type: "module" });`],
  ["opens a socket", `await Deno.connect({ hostname: "127.0.0.1", port: 9 });`],
  ["reads the environment", `Deno.env.get("HOME");`],
  ["starts a program", `new Deno.Command("/bin/true").outputSync();`],
];

Deno.test("the compiled program", async (t) => {
  await t.step("--version", async () => {
    const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
    assert.deepEqual(await edgespark("--version", home), { code: 0, out: `${version}\n`, err: "" });
  });
  await t.step("--help", async () => {
    const said = await edgespark("--help", home);
    assert.equal(said.code, 0);
    assert.match(said.out, /^ {2}deploy {3}/m);
  });
  await t.step("init", async () => {
    const said = await edgespark("init shop --agent codex --json", home);
    assert.equal(said.code, 0, said.err);
    assert.ok((await Deno.stat(join(home, "shop", "AGENTS.md"))).isFile);
  });
  await t.step("db generate, twice", async () => {
    await Deno.writeTextFile(join(home, "shop", "server/src/defs/db_schema.ts"), SCHEMA);
    const said = await edgespark("db generate --name posts --json");
    assert.equal(said.code, 0, said.err);
    assert.deepEqual(JSON.parse(said.out).tag, "0000_posts");
    const again = await edgespark("db generate --json");
    assert.equal(JSON.parse(again.out).changed, false);
  });
  await Deno.writeTextFile(join(home, "secret.json"), '{"secret":"canary-of-the-file"}');
  for (const [name, code] of HOSTILE) {
    await t.step(`a schema that ${name} is refused and nothing is written`, async () => {
      const file = join(home, "shop", "server/src/defs/db_schema.ts");
      await Deno.writeTextFile(
        file,
        `${SCHEMA}\n// deno-lint-ignore-file\n${code}\nexport const more = sqliteTable("more", { id: integer("id") });\n`,
      );
      const before = [...Deno.readDirSync(join(home, "shop", "server/drizzle"))].length;
      const said = await edgespark("db generate --json");
      assert.equal(said.code, 1, said.out + said.err);
      assert.match(JSON.parse(said.err).error.code, /^(SCHEMA_|SANDBOX_|IMPORT_)/);
      assert.doesNotMatch(said.out + said.err, /canary-of-the-file/);
      assert.equal([...Deno.readDirSync(join(home, "shop", "server/drizzle"))].length, before);
    });
  }
});
