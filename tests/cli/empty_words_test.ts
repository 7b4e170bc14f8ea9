/** An empty word, mostly an unset variable of a shell, never counts as "not given". */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { COMMANDS } from "../../commands/mod.ts";
import { buildTree, findCommand, listCommands } from "../../lib/cli/tree.ts";
import type { Cli } from "../../lib/cli/cli.ts";
import { say } from "../support/say.ts";

const folder = await Deno.makeTempDir({ prefix: "edgespark-empty-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await Deno.writeTextFile(join(folder, "edgespark.toml"), 'project_id = "test"\n');

/** Options whose command has a use for an empty text. */
const MAY_BE_EMPTY = ["db sql --param"];

/** The command as it is declared; nothing of it runs. */
async function declared(words: string[]) {
  return (await buildTree(COMMANDS, findCommand(COMMANDS, words), {} as Cli)).command;
}

for (const { command } of listCommands(COMMANDS)) {
  const words = command.split(" ");
  const found = await declared(words);
  const required = found.getArguments().filter(({ optional }) => !optional).map(() => "x");
  for (const option of found.getOptions(true).filter(({ args }) => args.length > 0)) {
    const flag = option.flags.at(-1)!;
    if (MAY_BE_EMPTY.includes(`${command} ${flag}`)) continue;
    Deno.test(`\`${command} ${flag} ""\` is a usage error`, async () => {
      for (const given of [[flag, ""], [`${flag}=`]]) {
        const said = await say([...words, ...required, ...given, "--json"], { cwd: folder });
        assert.equal(said.code, 2, said.out + said.err);
        const { code, message } = said.json.error;
        assert.match(code, /^(USAGE|EXPECT_EMPTY)$/);
        assert.ok(message.includes(flag), message);
      }
    });
  }
  Deno.test(`\`${command} ""\` is refused`, async () => {
    const given = found.getArguments().some(({ optional }) => optional) ? required : [];
    const said = await say([...words, ...given, "", "--json"], { cwd: folder });
    assert.equal(said.code, 2, said.out + said.err);
    assert.equal(said.out, "");
  });
}

Deno.test("an empty --expect or --forbid proves nothing and is said to be empty", async () => {
  for (const flag of ["--expect", "--forbid"]) {
    const said = await say(["log", "tail", "--no-follow", flag, "", "--json"], { cwd: folder });
    assert.deepEqual([said.code, said.json.error.code], [2, "EXPECT_EMPTY"]);
  }
});

Deno.test("an empty --param is the empty text", async () => {
  const line = ["db", "sql", "SELECT ? AS a, ? AS b", "--param", "", "--param", "x", "--json"];
  const said = await say(line, { cwd: folder });
  assert.equal(said.code, 0, said.err);
  assert.deepEqual(said.json.results[0].rows, [{ a: "", b: "x" }]);
});
