import assert from "node:assert/strict";
import { Command, EnumType, ValidationError } from "@cliffy/command";

const program = () =>
  new Command()
    .name("tool")
    .throwErrors()
    .noExit()
    .globalOption("--json", "Everywhere")
    .command("add <name:string> <level:level> [n:integer]", "Arguments")
    .type("level", new EnumType(["low", "high"]))
    .command("list", "Options")
    .type("level", new EnumType(["low", "high"]))
    .option("-n, --name <name:string>", "A text")
    .option("--port <n:integer>", "A number")
    .option("--ratio <n:number>", "A number")
    .option("--flag <b:boolean>", "A boolean")
    .option("--level <l:level>", "One of two")
    .option("--with-name", "Depends", { depends: ["name"] })
    .option("--without-name", "Conflicts", { conflicts: ["name"] })
    .command("need", "A required option")
    .option("--id <id:string>", "A text", { required: true })
    .command("env", "A required variable")
    .env("NEVER_SET=<value:string>", "Absent", { required: true })
    .reset();

/** Command line, command, message. */
const cases: [string, string, string][] = [
  ["lst", "tool", 'Unknown command "lst". Did you mean command "list"?'],
  ["list --jsn", "tool list", 'Unknown option "--jsn". Did you mean option "--json"?'],
  ["list -x", "tool list", 'Unknown option "-x". Did you mean option "-h"?'],
  ["list --prt=80", "tool list", 'Unknown option "--prt". Did you mean option "--port"?'],
  ["list --port", "tool list", 'Missing value for option "--port".'],
  ["list --json=yes", "tool list", `Option "--json" doesn't take a value, but got "yes".`],
  ["list --port x", "tool list", 'Option "--port" must be of type "integer", but got "x".'],
  ["list --port 1.5", "tool list", 'Option "--port" must be of type "integer", but got "1.5".'],
  ["list --ratio x", "tool list", 'Option "--ratio" must be of type "number", but got "x".'],
  [
    "list --flag x",
    "tool list",
    'Option "--flag" must be of type "boolean", but got "x". Expected values: "true", "false", "1", "0"',
  ],
  [
    "list --level x",
    "tool list",
    'Option "--level" must be of type "level", but got "x". Expected values: "low", "high"',
  ],
  [
    "list --name a -n b",
    "tool list",
    'Option "-n" can only occur once, but was found several times.',
  ],
  ["list --with-name", "tool list", 'Option "--with-name" depends on option "--name".'],
  [
    "list --without-name -n a",
    "tool list",
    'Option "--without-name" conflicts with option "--name".',
  ],
  ["list word", "tool list", 'No arguments allowed for command "tool list".'],
  ["list --help --json", "tool list", 'Option "--help" cannot be combined with other options.'],
  ["--help list", "tool", "Too many arguments: list"],
  ["need", "tool need", 'Missing required option "--id".'],
  ["env", "tool env", 'Missing required environment variable "NEVER_SET".'],
  ["add", "tool add", "Missing argument(s): name, level"],
  ["add x", "tool add", "Missing argument: level"],
  ["add x low 1 y z", "tool add", "Too many arguments: y z"],
  [
    "add x mid",
    "tool add",
    'Argument "level" must be of type "level", but got "mid". Expected values: "low", "high"',
  ],
  ["add x low y", "tool add", 'Argument "n" must be of type "integer", but got "y".'],
];

for (const [line, path, message] of cases) {
  Deno.test(`@cliffy/command refuses \`${line}\``, async () => {
    const error = await program().parse(line.split(" ")).then(() => null, (error) => error);
    assert.ok(error instanceof ValidationError, String(error));
    assert.deepEqual([error.message, error.exitCode, error.cmd?.getPath()], [message, 2, path]);
  });
}

/** Mistakes of the programmer are no ValidationError. */
const mistakes: [string, () => unknown][] = [
  ["the same option twice", () => new Command().option("--a", "").option("-b, --a", "")],
  ["the same command twice", () => new Command().command("a", "").command("a", "")],
  ["the same example twice", () => new Command().example("a", "").example("a", "")],
  ["the same type twice", () => new Command().type("a", String).type("a", String)],
  ["the same alias twice", () => new Command().alias("a").alias("a")],
  ["the same variable twice", () => new Command().env("A", "").env("A", "")],
];

for (const [title, build] of mistakes) {
  Deno.test(`@cliffy/command does not take ${title}`, () => {
    assert.throws(build, (error) => error instanceof Error && !(error instanceof ValidationError));
  });
}
