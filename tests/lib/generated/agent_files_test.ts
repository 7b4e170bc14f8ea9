import assert from "node:assert/strict";
import { join } from "@std/path";
import { COMMANDS } from "../../../commands/mod.ts";
import { listCommands } from "../../../lib/cli/tree.ts";
import { commandTable } from "../../../lib/generated/agent_files.ts";
import { agentTable } from "../../../scripts/command_tables.ts";
import { say } from "../../support/say.ts";

const TEXT = "# App\r\n\n<!-- commands -->\n\n| old |\n\n<!-- /commands -->\nOwn words\n";

Deno.test("the table is that of the templates", () => {
  assert.equal(commandTable(listCommands(COMMANDS)), agentTable(COMMANDS));
});

Deno.test("pull: writes our tables anew where marks say that they are ours, and nothing else", async () => {
  const parent = await Deno.makeTempDir();
  try {
    const cwd = join(parent, "app");
    await Deno.mkdir(join(cwd, "server"), { recursive: true });
    await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
    await Deno.writeTextFile(join(cwd, "CLAUDE.md"), TEXT);
    const theirs = "| command | what it does |\n| `gone` | Nothing |\n";
    await Deno.writeTextFile(join(cwd, "server", "CLAUDE.md"), theirs);
    const { json } = await say("pull --json", { cwd });
    assert.equal(json.changed.at(-1), "CLAUDE.md");
    assert.equal(json.reread.at(-1), "CLAUDE.md");
    const table = commandTable(listCommands(COMMANDS));
    assert.equal(
      await Deno.readTextFile(join(cwd, "CLAUDE.md")),
      TEXT.replace("\n| old |\n", `\n${table}`),
    );
    assert.equal(await Deno.readTextFile(join(cwd, "server", "CLAUDE.md")), theirs);
    assert.deepEqual((await say("pull --json", { cwd })).json.changed, []);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
});
