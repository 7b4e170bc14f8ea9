/** Checked by `deno check`: that the types are what the notation says. */
import assert from "node:assert/strict";
import { Command, EnumType } from "@cliffy/command";

/** Compiles only when both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;
const same = <A, B>(_: Same<A, B>) => {};

const options = () =>
  new Command()
    .type("level", new EnumType(["low", "high"]))
    .globalOption("--json", "Everywhere")
    .option("--name <name:string>", "A text")
    .option("-p, --port <n:integer>", "A number", { default: 7775 })
    .option("--id <id:number>", "Required", { required: true })
    .option("--tag <tag:string>", "Repeated", { collect: true })
    .option("-v, --verbose", "A switch")
    .option("--dry-run-now", "A switch of three words")
    .option("--level <level:level>", "One of two")
    .option("--ids <ids:integer[]>", "A list")
    .option("--limit [n:number]", "An optional value")
    .option("--bare <word>", "No type is a string")
    .option("--size <n:integer>", "Mapped", { value: (n) => String(n) })
    .option("--one <x:string>", "Either", { required: true, conflicts: ["two"] })
    .option("--force", "False unless given", { default: false })
    .option("--no-web", "Negated")
    .env("API_TOKEN=<token:string>", "From the environment", { prefix: "API_" });

Deno.test("the options of an action are typed by their flags", () => {
  options().action((given) => {
    const name: string | undefined = given.name;
    const port: number = given.port;
    const id: number = given.id;
    const web: boolean = given.web;
    same<typeof given.name, string | undefined>(true);
    same<typeof given.tag, string[] | undefined>(true);
    same<typeof given.json, true | undefined>(true);
    same<typeof given.verbose, true | undefined>(true);
    same<typeof given.dryRunNow, true | undefined>(true);
    same<typeof given.level, "low" | "high" | undefined>(true);
    same<typeof given.ids, number[] | undefined>(true);
    same<typeof given.limit, number | true | undefined>(true);
    same<typeof given.bare, string | undefined>(true);
    same<typeof given.size, string | undefined>(true);
    same<typeof given.one, string | undefined>(true);
    same<typeof given.force, boolean>(true);
    same<typeof given.token, string | undefined>(true);
    // @ts-expect-error: no such option
    given.nothing;
    return [name, port, id, web];
  });
});

Deno.test("the arguments of an action are typed by their definition", () => {
  options().arguments("<name:string> <n:integer> [level:level]").action((_, name, n, level) => {
    same<typeof name, string>(true);
    same<typeof n, number>(true);
    same<typeof level, "low" | "high" | undefined>(true);
  });
  new Command().arguments("<keys...:string>").action((_, ...keys) => {
    same<typeof keys, [string, ...string[]]>(true);
  });
  new Command().arguments("<dir> [keys...:number]").action((_, dir, ...keys) => {
    same<typeof dir, string>(true);
    same<typeof keys, number[]>(true);
  });
  new Command().action((_, ...args) => same<typeof args, []>(true));
});

Deno.test("a subcommand sees the global options above it", () => {
  new Command().globalOption("--json", "Everywhere")
    .command("add <name:string>", "In place").option("--twice", "A switch")
    .action((given, name) => {
      same<typeof given.json, true | undefined>(true);
      same<typeof given.twice, true | undefined>(true);
      same<typeof name, string>(true);
    });
  new Command<{ json?: true }>().option("--name <name:string>", "A text").action((given) => {
    same<typeof given.json, true | undefined>(true);
    same<typeof given.name, string | undefined>(true);
  });
});

Deno.test("Command<any> is any command", async () => {
  // deno-lint-ignore no-explicit-any -- Cliffy's own signatures are `any` here
  const nameOf = (command: Command<any>): string => command.getName();
  assert.equal(nameOf(options().arguments("<x:string>").name("x")), "x");
  const { options: given, args } = await new Command().noExit().arguments("<n:integer>")
    .option("--name <name:string>", "A text").parse(["1", "--name", "x"]);
  const pair: [string | undefined, number] = [given.name, args[0]];
  assert.deepEqual(pair, ["x", 1]);
});
