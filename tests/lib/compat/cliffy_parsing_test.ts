import assert from "node:assert/strict";
import { Command, EnumType } from "@cliffy/command";

/** A program whose action tells what it was called with. */
function program() {
  let called: unknown[] = [];
  const command = new Command()
    .noExit()
    .type("level", new EnumType(["low", "high"]))
    .arguments("[first:string] [rest...:string]")
    .option("-n, --name <name:string>", "A text")
    .option("-p, --port <n:integer>", "A number", { default: 7775 })
    .option("--ratio <n:number>", "A number")
    .option("--flag <b:boolean>", "A boolean")
    .option("--level <l:level>", "One of two")
    .option("-v, --verbose", "A switch")
    .option("-q", "A short switch")
    .option("--dry-run", "A switch of two words")
    .option("--tag <t:string>", "Repeated", { collect: true })
    .option("--ids <ids:integer[]>", "A list")
    .option("--parts <p:string[]>", "A list with a separator of its own", { separator: ":" })
    .option("--files <f...:string>", "Many words")
    .option("--limit [n:integer]", "An optional value")
    .option("--size <n:integer>", "Mapped", { value: (size) => `${size} KiB` })
    .option("--count", "Counted", { collect: true, value: (_, before: number = 0) => before + 1 })
    .option("--no-web", "Negated")
    .action((options, ...args) => called = [options, ...args]);
  return async (...args: string[]) => {
    const { literal } = await command.parse(args);
    return { called, literal };
  };
}

const defaults = { port: 7775, web: true };

const cases: [string[], Record<string, unknown>, ...unknown[]][] = [
  [[], {}],
  [["--name", "x"], { name: "x" }],
  [["--name=x=y"], { name: "x=y" }],
  [["-n", "x"], { name: "x" }],
  [["--name", "--verbose"], { name: "--verbose" }],
  [["--port", "80"], { port: 80 }],
  [["-p80"], { port: 80 }],
  [["--port", "-1"], { port: -1 }],
  [["--ratio", "1.5"], { ratio: 1.5 }],
  [["--flag", "false"], { flag: false }],
  [["--flag", "1"], { flag: true }],
  [["--level", "high"], { level: "high" }],
  [["-v"], { verbose: true }],
  [["-vq"], { verbose: true, q: true }],
  [["-vp", "80"], { verbose: true, port: 80 }],
  [["--dry-run"], { dryRun: true }],
  [["--tag", "a", "--tag", "b"], { tag: ["a", "b"] }],
  [["--ids", "1,2"], { ids: [1, 2] }],
  [["--parts", "a:b"], { parts: ["a", "b"] }],
  [["--files", "a", "b", "-v"], { files: ["a", "b"], verbose: true }],
  [["--limit"], { limit: true }],
  [["--limit", "5"], { limit: 5 }],
  [["--limit", "--verbose"], { limit: true, verbose: true }],
  [["--size", "4"], { size: "4 KiB" }],
  [["--count", "--count"], { count: 2 }],
  [["--no-web"], { web: false }],
  [["a"], {}, "a"],
  [["a", "b", "c"], {}, "a", "b", "c"],
  [["a", "-v", "b"], { verbose: true }, "a", "b"],
  [["-"], {}, "-"],
  [["a", "-1"], {}, "a", "-1"],
];

for (const [args, options, ...rest] of cases) {
  Deno.test(`@cliffy/command reads \`${args.join(" ")}\``, async () => {
    const { called } = await program()(...args);
    assert.deepEqual(called, [{ ...defaults, ...options }, ...rest]);
  });
}

Deno.test("@cliffy/command keeps the words after -- apart", async () => {
  const { called, literal } = await program()("a", "-v", "--", "--name", "b");
  assert.deepEqual(called, [{ ...defaults, verbose: true }, "a"]);
  assert.deepEqual(literal, ["--name", "b"]);
});

Deno.test("@cliffy/command waits for the action, and lets its error through", async () => {
  const failing = new Command().noExit().action(async () => {
    await Promise.resolve();
    throw new TypeError("from the action");
  });
  await assert.rejects(failing.parse([]), new TypeError("from the action"));
});

Deno.test("@cliffy/command hands over what it read when there is no action", async () => {
  const command = new Command().name("x").noExit().arguments("<a:integer>")
    .option("--b", "A switch");
  const { options, args, literal, cmd } = await command.parse(["1", "--b"]);
  assert.deepEqual({ options, args, literal }, { options: { b: true }, args: [1], literal: [] });
  assert.equal(cmd.getPath(), "x");
});
