import assert from "node:assert/strict";
import { ROOT } from "../../support/fixtures.ts";
import { ProgramWorld } from "../../support/program_world.ts";
import { PROGRAM_FLAGS } from "../../../scripts/program_flags.ts";

/** What the program is started with, but for the network. */
const FLAGS = [
  ...PROGRAM_FLAGS.filter((flag) => flag !== "--allow-net"),
  "--deny-net",
  "--cached-only",
];

/** In the order said; the exit code that each ends with. */
const SENTENCES: [string, number][] = [
  ["var set PAGE_SIZE=20 --json", 0],
  ["var list --json", 0],
  ["var delete PAGE_SIZE --json", 0],
  ["secret list --json", 0],
  ["secret check --json", 1],
  ["pull types --json", 0],
  ["pull types --check --json", 0],
];

/** Whether this user may make a network of its own, with nothing in it. */
const CAN_UNSHARE = Deno.build.os === "linux" &&
  await new Deno.Command("unshare", { args: ["-n", "true"] }).output()
    .then(({ success }) => success, () => false);

async function tellAll(start: string[]): Promise<void> {
  await using world = await ProgramWorld.make(["STRIPE_SECRET_KEY"]);
  for (const [sentence, code] of SENTENCES) {
    const [program, ...args] = [
      ...start,
      Deno.execPath(),
      ...["run", "--no-check", ...FLAGS, `${ROOT}/main.ts`, ...sentence.split(" ")],
    ];
    const said = await new Deno.Command(program!, {
      args,
      cwd: world.cwd,
      env: { EDGESPARK_STATE_DIR: world.state, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const [out, err] = [said.stdout, said.stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.equal(said.code, code, `${sentence}: ${out}${err}`);
    assert.doesNotThrow(() => JSON.parse(out!), sentence);
    assert.doesNotMatch(err!, /net access|network/i, sentence);
  }
}

Deno.test("var, secret list and check, pull types: with the network denied to the program", () =>
  tellAll([]));

// Where namespaces are not permitted, the test above alone says it.
if (CAN_UNSHARE) {
  Deno.test("var, secret list and check, pull types: on a machine without any network", () =>
    tellAll(["unshare", "-n"]));
}
