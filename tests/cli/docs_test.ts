import assert from "node:assert/strict";
import { join } from "@std/path";
import { COMMANDS } from "../../commands/mod.ts";
import { leaves } from "../../scripts/command_tables.ts";
import { renderDocs } from "../../scripts/docs.ts";
import { ROOT } from "../support/fixtures.ts";

Deno.test("docs/commands.md and README.md say what the command tree says", async () => {
  const docs = await renderDocs();
  for (const [name, text] of Object.entries(docs)) {
    const there = await Deno.readTextFile(join(ROOT, name));
    assert.ok(there === text, `${name} is stale: run \`deno task docs\``);
  }
  for (const { path } of leaves(COMMANDS)) {
    assert.ok(docs["docs/commands.md"]!.includes(`## \`${path.join(" ")}\`\n`), path.join(" "));
    assert.match(docs["README.md"]!, new RegExp(`^\\| \`${path.join(" ")}[\` ]`, "m"));
  }
});
