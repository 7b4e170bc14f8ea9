/** What only the stand-ins do. Goes with them: see lib/compat/README.md. */
import assert from "node:assert/strict";
import { Command, ValidationError } from "@cliffy/command";
import config from "../../../deno.json" with { type: "json" };
import jsr from "../../../import_map.jsr.json" with { type: "json" };

Deno.test("import_map.jsr.json names every stand-in, and nothing else", () => {
  const standIns = Object.entries(config.imports)
    .filter(([, target]) => target.startsWith("./lib/compat/"))
    .map(([name]) => name);
  assert.deepEqual(Object.keys(jsr.imports).sort(), standIns.sort());
  for (const target of Object.values(jsr.imports)) assert.match(target, /^jsr:@/);
});

Deno.test("an unknown flag is refused even where an argument could be (Cliffy takes it)", async () => {
  const command = new Command().name("tool").arguments("[words...:string]")
    .option("--json", "A switch");
  await assert.rejects(command.parse(["--jsn"]), (error) => {
    assert.ok(error instanceof ValidationError);
    assert.equal(error.message, 'Unknown option "--jsn". Did you mean option "--json"?');
    return true;
  });
});

const empty = () =>
  new Command().name("tool").arguments("<first:string> [rest...:string]")
    .option("-n, --name <name:string>", "Text")
    .option("--port <port:integer>", "A number")
    .option("--tag <tag:string>", "Collected", { collect: true })
    .option("--size [size:string]", "May have a value")
    .type("text", ({ value }) => value)
    .option("--text <text:text>", "Any text");

for (
  const [args, what] of [
    [["x", "--name", ""], 'option "--name"'],
    [["x", "--name="], 'option "--name"'],
    [["x", "-n", ""], 'option "-n"'],
    [["x", "--port", ""], 'option "--port"'],
    [["x", "--tag", "a", "--tag", ""], 'option "--tag"'],
    [["x", "--size="], 'option "--size"'],
    [["x", "y", ""], 'argument "rest"'],
  ] as const
) {
  Deno.test(`an empty word is refused in \`${args.join(" ")}\` (Cliffy: not given)`, async () => {
    await assert.rejects(empty().parse([...args]), (error) => {
      assert.ok(error instanceof ValidationError);
      assert.ok(error.message.startsWith(`Empty value for ${what}: `), error.message);
      return true;
    });
  });
}

Deno.test("an empty word reaches a required argument and a type of the program's own", async () => {
  const { options, args } = await empty().parse(["", "--text", ""]);
  assert.deepEqual([options, args], [{ text: "" }, [""]]);
});

Deno.test("nothing exits, even without noExit (Cliffy does)", async () => {
  await assert.rejects(new Command().parse(["word"]), ValidationError);
});

Deno.test("help leaves described commands unloaded (Cliffy loads them)", async () => {
  const loaded: string[] = [];
  const lazy = (name: string) => () => {
    loaded.push(name);
    return new Command().description(name);
  };
  const command = new Command().help((one) =>
    one.getCommands().map((child) => child.getDescription()).join()
  )
    .command("described", lazy("described")).description("known")
    .command("bare", lazy("bare"))
    .reset();
  const lines: unknown[] = [];
  const original = console.log;
  console.log = (line: unknown) => lines.push(line);
  await command.parse(["--help"]).finally(() => console.log = original);
  assert.deepEqual({ lines, loaded }, { lines: ["known,bare"], loaded: ["bare"] });
});

Deno.test("the plain help page shows what was declared", () => {
  const command = new Command().name("tool").version("1.0.0").description("A tool")
    .arguments("<name:string>")
    .option("-p, --port <n:integer>", "Where", { default: 80 })
    .example("Call it", "tool x")
    .command("sub", "Below").reset();
  assert.equal(
    command.getHelp(),
    `Usage: tool <name:string>

Version: 1.0.0

Description:

  A tool

Options:

  -h, --help              Show this help.
  -V, --version           Show the version number for this program.
  -p, --port <n:integer>  Where (Default: 80)

Commands:

  sub  Below

Examples:

  Call it  tool x`,
  );
});
