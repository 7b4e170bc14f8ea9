import assert from "node:assert/strict";
import { COMMANDS } from "../../commands/mod.ts";
import type { CommandTree } from "../../lib/cli/tree.ts";
import { say } from "../support/say.ts";

/** Every path of the command tree, the root first. */
function* paths(tree: CommandTree, above: string[] = []): Generator<string[]> {
  yield above;
  for (const [name, entry] of Object.entries(tree)) {
    yield* paths(entry.commands ?? {}, [...above, name]);
  }
}

for (const path of paths(COMMANDS)) {
  Deno.test(`help of \`${["edgespark", ...path].join(" ")}\``, async (t) => {
    const world = { cwd: Deno.cwd() };
    const said = await say([...path, "--help"], world);
    assert.equal(said.code, 0, said.err);
    assert.equal(said.err, "");
    assert.match(said.out, new RegExp(`Usage:\n  ${["edgespark", ...path].join(" ")} `));
    await t.step("has an example that starts with the command", () => {
      const examples = said.out.split("Examples:\n")[1] ?? "";
      assert.match(examples, new RegExp(`^  ${["edgespark", ...path].join(" ")}\\b`, "m"));
    });
    await t.step("is the same by `help`", async () => {
      assert.equal((await say(["help", ...path], world)).out, said.out);
    });
    await t.step("fits 100 columns and has no trailing blanks", () => {
      for (const line of said.out.split("\n")) {
        assert.ok(line.length <= 100 && line.trimEnd() === line, line);
      }
    });
  });
}
