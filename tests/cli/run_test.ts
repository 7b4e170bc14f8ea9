import { Command } from "@cliffy/command";
import { join } from "@std/path";
import assert from "node:assert/strict";
import { run } from "../../lib/cli/run.ts";
import type { CommandTree } from "../../lib/cli/tree.ts";
import { Failure, type FailureKind } from "../../lib/failure.ts";
import { say } from "../support/say.ts";
import { testSystem } from "../support/system.ts";

const cwd = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(cwd, { recursive: true }));

/** A tree of one command that does what the test says. */
function one(action: () => void | Promise<void>): CommandTree {
  return { act: { about: "Act", load: () => Promise.resolve(() => new Command().action(action)) } };
}

async function act(args: string[], action: () => void | Promise<void>) {
  const system = testSystem({ cwd });
  const code = await run(["act", ...args], system, one(action));
  return { code, ...system.words };
}

const KINDS: [FailureKind, number][] = [
  ["failed", 1],
  ["usage", 2],
  ["auth", 3],
  ["missing", 4],
  ["conflict", 5],
  ["network", 6],
  ["config", 7],
  ["tool", 8],
  ["cancelled", 130],
];

for (const [kind, exit] of KINDS) {
  Deno.test(`a failure of kind ${kind} ends with ${exit} and is printed once, on stderr`, async () => {
    const said = await act([], () => {
      throw new Failure(kind, "SOME_CODE", "It went wrong", {
        hint: "Run `edgespark x`",
        details: { lines: ["a", "b"] },
      });
    });
    assert.deepEqual(said, {
      code: exit,
      out: "",
      err: "Error: It went wrong (SOME_CODE)\n  a\n  b\nHint: Run `edgespark x`\n",
    });
  });
}

Deno.test("with --json a failure is one object on stderr", async () => {
  const said = await act(["--json"], () => {
    throw new Failure("conflict", "LOCKED", "Locked", { hint: "Wait", details: { pid: 1 } });
  });
  assert.equal(said.code, 5);
  assert.equal(said.out, "");
  assert.deepEqual(JSON.parse(said.err), {
    error: {
      code: "LOCKED",
      kind: "conflict",
      message: "Locked",
      hint: "Wait",
      details: { pid: 1 },
    },
  });
});

Deno.test("an unexpected error is a bug: exit 70, with its stack", async () => {
  const said = await act([], () => {
    throw new TypeError("undefined is not a function");
  });
  assert.equal(said.code, 70);
  assert.match(
    said.err,
    /^Error: This is a bug in edgespark: undefined is not a function \(BUG\)\n {2}at /,
  );
});

Deno.test("done is 0", async () => {
  assert.deepEqual(await act([], () => {}), { code: 0, out: "", err: "" });
});

const USAGE: [line: string, err: string][] = [
  [
    "dbb",
    "Error: Unknown command `edgespark dbb` (UNKNOWN_COMMAND)\nHint: Did you mean `edgespark db`?\n",
  ],
  [
    "db generat",
    "Error: Unknown command `edgespark db generat` (UNKNOWN_COMMAND)\nHint: Did you mean `edgespark db generate`?\n",
  ],
  [
    "zzzzzzzz",
    "Error: Unknown command `edgespark zzzzzzzz` (UNKNOWN_COMMAND)\nHint: See `edgespark --help`\n",
  ],
  [
    "pull types --chek",
    "Error: Unknown option `--chek` (USAGE)\nHint: Did you mean option `--check`?\n",
  ],
  [
    "constructor",
    "Error: Unknown command `edgespark constructor` (UNKNOWN_COMMAND)\nHint: See `edgespark --help`\n",
  ],
];
for (const [line, err] of USAGE) {
  Deno.test(`usage: ${line}`, async () => {
    const said = await say(line, { cwd });
    assert.deepEqual([said.code, said.out, said.err], [2, "", err]);
  });
}

Deno.test("outside a project: exit 2, says where it looked", async () => {
  const said = await say("pull types --json", { cwd });
  assert.equal(said.code, 2);
  assert.equal(said.json.error.code, "NOT_IN_PROJECT");
  assert.equal(said.json.error.details.looked[0], cwd);
  const named = await say(["pull", "types", "--project", join(cwd, "nowhere")], { cwd });
  assert.equal(named.code, 2);
  assert.match(named.err, /No `edgespark.toml` in `.*nowhere` \(NOT_IN_PROJECT\)/);
});

Deno.test("--version and -V print the version of deno.json, wherever they stand", async () => {
  const { version } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  for (const line of ["--version", "-V", "-v", "--json --version"]) {
    assert.deepEqual(await say(line, { cwd }), {
      code: 0,
      out: `${version}\n`,
      err: "",
      json: undefined,
    });
  }
});
