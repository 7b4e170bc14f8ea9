import assert from "node:assert/strict";
import { Command } from "@cliffy/command";

const environment = { API_TOKEN: "secret", EDGE_REGION: "eu", PORTS: "1,2" };

function program() {
  const calls: unknown[] = [];
  const leaf = (name: string) =>
    new Command<{ json?: true }>()
      .option("--name <name:string>", "A text")
      .action((options) => calls.push([name, options]));
  const command = new Command()
    .name("tool")
    .noExit()
    .globalOption("--json", "Everywhere")
    .globalOption("-C, --cwd <dir:string>", "Everywhere")
    .option("--here", "Only here")
    .action((options) => calls.push(["tool", options]))
    .command("plain", leaf("plain")).alias("p")
    .command("group", new Command<{ json?: true }>().command("inner", leaf("inner")).reset())
    .command("lazy", () => Promise.resolve(leaf("lazy"))).description("Loaded when called")
    .command("module", () => Promise.resolve({ default: leaf("module") })).description("The same")
    .command("add <what:string> [times:integer]", "Declared in place")
    .option("--twice", "A switch")
    .action((options, what, times) => calls.push(["add", options, what, times]))
    .reset();
  return async (...args: string[]) => {
    await command.parse(args);
    return calls;
  };
}

const cases: [string[], unknown[]][] = [
  [["--here"], ["tool", { here: true }]],
  [["plain"], ["plain", {}]],
  [["p", "--name", "x"], ["plain", { name: "x" }]],
  [["plain", "--json"], ["plain", { json: true }]],
  [["--json", "plain", "--name", "x"], ["plain", { json: true, name: "x" }]],
  [["-C", "dir", "--json", "group", "inner"], ["inner", { cwd: "dir", json: true }]],
  [["group", "--json", "inner", "-C", "dir"], ["inner", { cwd: "dir", json: true }]],
  [["lazy", "--name", "x"], ["lazy", { name: "x" }]],
  [["module"], ["module", {}]],
  [["add", "it", "2", "--twice"], ["add", { twice: true }, "it", 2]],
];

for (const [args, call] of cases) {
  Deno.test(`@cliffy/command runs \`tool ${args.join(" ")}\``, async () => {
    const [actual, ...more] = await program()(...args) as unknown[][];
    assert.deepEqual(actual.slice(0, call.length), call);
    assert.deepEqual(more, []);
  });
}

Deno.test("@cliffy/command reads the environment below the flags and above the defaults", async () => {
  for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
  const command = new Command()
    .noExit()
    .globalEnv("API_TOKEN=<token:string>", "A text")
    .env("EDGE_REGION=<region:string>", "With a prefix", { prefix: "EDGE_" })
    .env("PORTS=<ports:integer[]>", "A list")
    .env("UNSET=<value:string>", "Absent")
    .option("--region <region:string>", "A text", { default: "us" });
  const read = async (...args: string[]) => (await command.parse(args)).options;
  assert.deepEqual({ ...await read() }, { apiToken: "secret", region: "eu", ports: [1, 2] });
  assert.equal((await read("--region", "ap")).region, "ap");
});

Deno.test("@cliffy/command runs the action of a standalone option instead of the command's", async () => {
  const calls: string[] = [];
  await new Command().noExit()
    .arguments("<needed:string>")
    .option("--about", "Alone", { standalone: true, action: () => calls.push("about") })
    .action(() => calls.push("command"))
    .parse(["--about"]);
  assert.deepEqual(calls, ["about"]);
});
