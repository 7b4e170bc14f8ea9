/** Every command line that the instructions for agents show is run, in a project that `init` made. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { COMMANDS } from "../../../commands/mod.ts";
import { agentTable, leaves } from "../../../scripts/command_tables.ts";
import { fixtureModules, ROOT } from "../../support/fixtures.ts";
import { say } from "../../support/say.ts";
import { templateAssets } from "./template_assets.ts";
import { scaffoldFiles } from "../../../lib/scaffold/scaffold.ts";

const modules = join(fixtureModules(), "node_modules");

/** The sentences that a text tells the reader to say, each once, in its order. */
function linesIn(text: string): string[] {
  const found = [...text.matchAll(/`edgespark ([^`\n]+)`|^\(?edgespark (.+)$/gm)];
  return [...new Set(found.map(([, quoted, alone]) => (quoted ?? alone)!.trim()))];
}

/** What stands for a word of the reader's own. */
const spoken = (line: string) => line.replace("<command>", "db");

async function stopSecretPages(root: string): Promise<void> {
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    const cwd = await Deno.readLink(`/proc/${name}/cwd`).catch(() => "");
    if (!line.includes("secret-page") || !(line + cwd).includes(root)) continue;
    Deno.kill(Number(name), "SIGTERM");
  }
}

function inForeground(words: string[], { cwd, root }: { cwd: string; root: string }) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", join(ROOT, "main.ts"), ...words],
    cwd: root,
    env: { EDGESPARK_STATE_DIR: join(cwd, ".test-state") },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

async function prepared(template: string): Promise<{ cwd: string; root: string }> {
  const cwd = await Deno.makeTempDir();
  const made = await say(`init app --agent claude --template ${template}`, { cwd });
  assert.equal(made.code, 0, made.err);
  const root = join(cwd, "app");
  // The server's packages come from inside the program; the web build runs its own.
  if (template !== "api") {
    await Deno.symlink(modules, join(root, "web", "node_modules"), { type: "dir" });
  }
  await Deno.writeTextFile(
    join(root, "server/src/defs/db_schema.ts"),
    'import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";\n' +
      'export const notes = sqliteTable("notes", { id: integer("id").primaryKey(), body: text("body") });\n',
  );
  return { cwd, root };
}

for (const template of ["fullstack", "api"]) {
  Deno.test(`every command line in the instructions of \`${template}\` works`, async (t) => {
    const { cwd, root } = await prepared(template);
    try {
      const parts = template === "api" ? ["", "server"] : ["", "server", "web"];
      const texts = parts.map((part) => Deno.readTextFileSync(join(root, part, "CLAUDE.md")));
      const lines = linesIn(texts.join("\n"));
      assert.ok(lines.length > 20, lines.join("\n"));
      // The first two belong together, at the end; the others go on until they are ended.
      const [serve, stop] = ["serve", "stop"];
      const endless = ["dev", "dev --reset"];
      for (const line of lines.filter((line) => ![serve, stop, ...endless].includes(line))) {
        await t.step(`edgespark ${line}`, async () => {
          const said = await say(spoken(line), { cwd: root });
          assert.equal(said.code, 0, said.out + said.err);
        });
      }
      assert.ok([serve, stop, ...endless].every((line) => lines.includes(line)));
      for (const line of endless) {
        await t.step(`edgespark ${line}`, async () => {
          const dev = inForeground(line.split(" "), { cwd, root });
          const reader = dev.stdout.pipeThrough(new TextDecoderStream()).getReader();
          let text = "";
          while (!/^Ready: http:\/\//m.test(text)) {
            const { value, done } = await reader.read();
            assert.ok(!done, text);
            text += value;
          }
          dev.kill("SIGTERM");
          while (!(await reader.read()).done);
          assert.equal((await dev.status).code, 0);
        });
      }
      await t.step("edgespark stop, then edgespark serve", async () => {
        assert.equal((await say(stop, { cwd: root })).code, 0);
        const server = inForeground([serve], { cwd, root });
        const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
        assert.match((await reader.read()).value ?? "", /http:\/\//);
        assert.equal((await say("status --json", { cwd: root })).json.running, true);
        assert.equal((await say(stop, { cwd: root })).code, 0);
        await reader.cancel();
        assert.equal((await server.status).code, 0);
      });
    } finally {
      await say("stop", { cwd: root });
      await stopSecretPages(root);
      await Deno.remove(cwd, { recursive: true });
    }
  });
}

Deno.test("the instructions hold the table of commands as the tree has it, between its marks", async () => {
  const options = { name: "app", agent: "claude", projectId: "id" };
  for (const template of ["fullstack", "api"] as const) {
    const files = await scaffoldFiles(templateAssets(), { ...options, template });
    const text = files.find(({ path }) => path === "CLAUDE.md")!.content as string;
    assert.ok(text.includes(agentTable(COMMANDS)));
    assert.match(text, /^<!-- commands -->\n\n[^]*\n<!-- \/commands -->$/m);
    for (const { path } of leaves(COMMANDS)) assert.ok(text.includes(`\`${path.join(" ")}\``));
  }
});

Deno.test("the build puts that table into the templates", async () => {
  const built = JSON.parse(await Deno.readTextFile(join(ROOT, ".build/assets/templates.json")));
  assert.ok(built["fullstack/AGENTS.md"].includes(agentTable(COMMANDS)), "run `deno task prepare`");
});
