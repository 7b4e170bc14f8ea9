import assert from "node:assert/strict";
import { join } from "@std/path";
import { fixtureModules, ROOT } from "../../support/fixtures.ts";
import { say } from "../../support/say.ts";

const DOCS = await Deno.readTextFile(join(ROOT, "docs", "database.md"));

/** Times, durations and dates differ from run to run. */
function steady(text: string): string {
  return text.replace(/\d{8}T\d{9}Z/g, "TIME").replace(/\d+(\.\d+)? ms/g, "N ms")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "DATE").trimEnd();
}

function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

Deno.test("the walk-throughs of docs/database.md do what they show", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "edgespark-docs-" });
  const defs = join(cwd, "server", "src", "defs");
  await Deno.mkdir(defs, { recursive: true });
  await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
  await Deno.symlink(join(fixtureModules(), "node_modules"), join(cwd, "server", "node_modules"));
  let commands = 0;
  for (const [, kind, body] of DOCS.matchAll(/```(ts|console)\n([^]*?)```/g)) {
    if (kind === "ts") {
      await Deno.writeTextFile(join(defs, "db_schema.ts"), body!);
      continue;
    }
    for (const part of body!.split(/^\$ edgespark /m).slice(1)) {
      const [command, ...lines] = part.trimEnd().split("\n");
      const exit = lines.at(-1)?.startsWith("exit ") ? Number(lines.pop()!.slice(5)) : 0;
      const { code, out, err } = await say(words(command!), { cwd });
      assert.equal(code, exit, `${command}: ${err}`);
      const said = `${out}\n${err}`.split("\n").map(steady);
      for (const line of lines) {
        assert.ok(
          said.includes(steady(line)),
          `${command} does not say: ${line}\n${said.join("\n")}`,
        );
      }
      commands++;
    }
  }
  assert.ok(commands >= 14, `${commands} commands`);
  await Deno.remove(cwd, { recursive: true });
});

Deno.test("every code of a finding of db check is in docs/database.md, and no other", async () => {
  const files = [
    "chain_findings",
    "snapshot_findings",
    "readiness",
    "drift",
    "check",
    "folder_chain",
    "folder_schema",
    "migration_rules",
    "lint/codes",
    "lint/allow",
  ];
  const texts = await Promise.all(
    files.map((name) => Deno.readTextFile(join(ROOT, "lib", "schema", `${name}.ts`))),
  );
  const codes = new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/"([A-Z]+(?:_[A-Z]+)+)"|^ {2}([A-Z_]+): \{/gm)].map(([, a, b]) => a ?? b!)
    ),
  );
  for (const word of ["MISSING_HINTS", "ROWS_LOST", "DRIZZLE_KIT_MISSING"]) codes.delete(word);
  const section = DOCS.slice(
    DOCS.indexOf("## What `db check` finds"),
    DOCS.indexOf("## Merged branches"),
  );
  const documented = new Set(
    [...section.matchAll(/^\|[^|]*\|/gm)].flatMap(([cell]) =>
      [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code!)
    ),
  );
  assert.deepEqual([...documented].sort(), [...codes].sort());
});
