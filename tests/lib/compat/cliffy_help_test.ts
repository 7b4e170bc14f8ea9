import assert from "node:assert/strict";
import { Command, EnumType } from "@cliffy/command";

const program = () =>
  new Command()
    .name("tool")
    .version("1.2.3")
    .description("A tool\n\nThat says more")
    .noExit()
    .globalOption("--json", "Everywhere")
    .globalOption("--secret", "Hidden", { hidden: true })
    .example("Call it", "tool add x")
    .command("add <name:string> [keys...:integer]", "Adds\nthings").alias("a")
    .arguments("<name:string> [keys...:integer]", ["What to add"])
    .type("level", new EnumType(["low", "high"]))
    .option("-l, --level <level:level>", "How much", { default: "low" })
    .option("--id <id:string>", "Which", { required: true })
    .command("hide", "Not listed").hidden()
    .command("group", new Command().command("leaf", "Below").reset())
    .reset();

const add = () => program().getCommand("add")!;

Deno.test("a command tells its names and words", () => {
  const root = program();
  assert.deepEqual(
    [root.getName(), root.getPath(), root.getVersion(), root.getShortDescription()],
    ["tool", "tool", "1.2.3", "A tool"],
  );
  assert.equal(root.getDescription(), "A tool\n\nThat says more");
  assert.deepEqual(root.getExamples(), [{ name: "Call it", description: "tool add x" }]);
  assert.equal(root.getParent(), undefined);
});

Deno.test("a command tells its subcommands", () => {
  const root = program();
  assert.deepEqual(root.getCommands().map((one) => one.getName()), ["add", "group"]);
  assert.deepEqual(root.getCommands(true).map((one) => one.getName()), ["add", "hide", "group"]);
  assert.deepEqual([root.hasCommands(), add().hasCommands()], [true, false]);
  const leaf = root.getCommand("group")!.getCommand("leaf")!;
  assert.equal(leaf.getPath(), "tool group leaf");
  assert.equal(leaf.getPath("npx tool"), "npx tool group leaf");
  assert.equal(leaf.getParent().getName(), "group");
  assert.equal(leaf.getMainCommand(), root);
  assert.equal(root.getCommand("a"), root.getCommand("add"));
  assert.deepEqual(root.getCommand("a")!.getAliases(), ["a"]);
});

Deno.test("a command tells its arguments", () => {
  const described = add().getArguments().map((one) => ({
    name: one.name,
    type: one.type,
    raw: one.raw,
    description: one.description,
    optional: one.optional,
    variadic: one.variadic,
    list: one.list,
  }));
  const name = { name: "name", type: "string", raw: "<name:string>", description: "What to add" };
  const keys = { name: "keys", type: "integer", raw: "[keys...:integer]", description: undefined };
  assert.deepEqual(described, [
    { ...name, optional: false, variadic: false, list: false },
    { ...keys, optional: true, variadic: true, list: false },
  ]);
  assert.equal(add().getArgsDefinition(), "<name:string> [keys...:integer]");
  assert.equal(add().getUsage(), "<name:string> [keys...:integer] --id <id:string>");
});

Deno.test("a command tells its options, those of its parents first", () => {
  const options = add().getOptions();
  assert.deepEqual(options.map((one) => one.name), ["json", "level", "id"]);
  assert.deepEqual(add().getOptions(true).map((one) => one.name), [
    "json",
    "secret",
    "level",
    "id",
  ]);
  const [json, level, id] = options;
  assert.deepEqual([json.global, json.flags, json.typeDefinition], [true, ["--json"], ""]);
  assert.deepEqual(level.flags, ["-l", "--level"]);
  assert.deepEqual(level.aliases, ["l"]);
  assert.deepEqual([level.typeDefinition, level.default], ["<level:level>", "low"]);
  assert.deepEqual([level.description, level.args[0].type], ["How much", "level"]);
  assert.deepEqual([id.required, id.hidden, id.global], [true, undefined, undefined]);
  assert.equal(add().getOption("secret"), undefined);
  assert.equal(add().getOption("secret", true)?.hidden, true);
});

Deno.test("help is rendered by the nearest handler", async () => {
  const root = program().help((command, { long }) => `${command.getPath()} long=${long ?? false}`);
  assert.equal(root.getHelp(), "tool long=false");
  assert.equal(root.getCommand("add")!.getHelp({ long: true }), "tool add long=true");
  const printed = await printing(() => root.parse(["add", "--help"]));
  assert.deepEqual(printed, ["tool add long=true"]);
  assert.deepEqual(await printing(() => root.parse(["group"])), ["tool group long=false"]);
});

Deno.test("--help and --version can be replaced", async () => {
  const said: string[] = [];
  const root = program()
    .helpOption("-?, --aid", "Aid", function () {
      said.push(this.getPath());
    })
    .versionOption("--which", "Which", function () {
      said.push(this.getVersion() ?? "");
    });
  await root.parse(["group", "--aid"]);
  await root.parse(["--which"]);
  assert.deepEqual(said, ["tool group", "1.2.3"]);
  await assert.rejects(
    new Command().noExit().helpOption(false).parse(["--help"]),
    /Unknown option/,
  );
});

/** The lines that `work` sends to console.log. */
async function printing(work: () => Promise<unknown>): Promise<unknown[]> {
  const lines: unknown[] = [];
  const original = console.log;
  console.log = (line: unknown) => lines.push(line);
  try {
    await work();
  } finally {
    console.log = original;
  }
  return lines;
}
