import assert from "node:assert/strict";
import { ProgramWorld } from "../../support/program_world.ts";
import { say } from "../../support/say.ts";

const KEYS = ["STRIPE_SECRET_KEY", "MAIL_PASSWORD"];

/** A world, and sentences said to it without a process of their own. */
async function world(
  work: (
    world: ProgramWorld,
    tell: (line: string) => ReturnType<typeof say>,
  ) => Promise<void>,
): Promise<void> {
  await using made = await ProgramWorld.make(KEYS);
  const env = { EDGESPARK_STATE_DIR: made.state };
  await work(made, (line) => say(line, { cwd: made.cwd, env }));
}

async function enter(url: string, values: Record<string, string>): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { origin: new URL(url).origin },
    body: new URLSearchParams(values),
  });
  assert.equal(answer.status, 200, await answer.text());
}

Deno.test("secret check: exit 1 while a declared key has no value, with the exact next command", () =>
  world(async (world, tell) => {
    const before = await tell("secret check");
    assert.equal(before.code, 1);
    assert.equal(
      before.out,
      "`STRIPE_SECRET_KEY` has no value\n`MAIL_PASSWORD` has no value\n" +
        "Run `edgespark secret set STRIPE_SECRET_KEY MAIL_PASSWORD`\n",
    );
    const { url } = await world.ask("MAIL_PASSWORD");
    const pending = (await tell("secret check --json")).json;
    assert.deepEqual([pending.ok, pending.unset], [false, KEYS]);
    assert.match(pending.findings[1].message, /waits for its value on a page/);
    assert.equal(pending.findings[0].file, "server/src/defs/runtime.ts");
    await enter(url, { MAIL_PASSWORD: "x" });
    const one = await tell("secret check --json");
    assert.deepEqual([one.code, one.json.unset], [1, ["STRIPE_SECRET_KEY"]]);
    assert.equal(one.json.command, "edgespark secret set STRIPE_SECRET_KEY");
    await enter((await world.ask("STRIPE_SECRET_KEY")).url, { STRIPE_SECRET_KEY: "x" });
    const done = await tell("secret check --json");
    assert.deepEqual([done.code, done.json], [0, {
      ok: true,
      unset: [],
      findings: [],
      command: null,
    }]);
    assert.equal((await tell("secret check")).out, "Every declared secret is set\n");
  }));

Deno.test("states: unset, pending, expired, set, and set again while a new page waits", () =>
  world(async (world, tell) => {
    const states = async () =>
      (await tell("secret list --json")).json.secrets.map((row: { state: string }) => row.state);
    assert.deepEqual(await states(), ["unset", "unset"]);
    await world.ask(...KEYS);
    assert.deepEqual(await states(), ["pending", "pending"]);
    // The newest page decides how long a key is waited for.
    const expired = await tell("secret set MAIL_PASSWORD --wait 1ms --json");
    assert.equal(expired.code, 1);
    assert.deepEqual(await states(), ["expired", "pending"]);
    const { url } = await world.ask("MAIL_PASSWORD", "--timeout", "1h");
    await enter(url, { MAIL_PASSWORD: "x" });
    await world.ask("MAIL_PASSWORD");
    assert.deepEqual(await states(), ["set", "pending"]);
  }));

Deno.test("without the sealing key nothing counts as set: list, check, and a server that does not start", () =>
  world(async (world, tell) => {
    await enter((await world.ask(...KEYS)).url, { STRIPE_SECRET_KEY: "a", MAIL_PASSWORD: "b" });
    const keys = `${world.state}/keys`;
    await Deno.rename(keys, `${world.state}/away`);

    const list = await tell("secret list --json");
    const rows = JSON.parse(list.out).secrets.map(
      (row: { key: string; state: string; locked: boolean }) => [row.key, row.state, row.locked],
    );
    assert.deepEqual(rows, [["MAIL_PASSWORD", "unset", true], [
      "STRIPE_SECRET_KEY",
      "unset",
      true,
    ]]);
    assert.equal(JSON.parse(list.err).warning.code, "SECRETS_LOCKED");
    const text = await tell("secret list");
    assert.match(text.out, /^MAIL_PASSWORD +locked /m);
    assert.match(text.err, /edgespark secret set MAIL_PASSWORD STRIPE_SECRET_KEY/);
    const check = (await tell("secret check --json")).json;
    assert.deepEqual(
      check.findings.map((finding: { code: string }) => finding.code),
      ["SECRET_LOCKED", "SECRET_LOCKED"],
    );

    const serve = await world.say("serve", "--detach", "--json");
    assert.equal(serve.code, 7, serve.out + serve.err);
    const { error } = JSON.parse(serve.err);
    assert.equal(error.code, "SECRETS_LOCKED");
    assert.deepEqual(error.details.keys, ["MAIL_PASSWORD", "STRIPE_SECRET_KEY"]);
    assert.match(error.hint, /edgespark secret set MAIL_PASSWORD STRIPE_SECRET_KEY/);

    // A new value is sealed with a new key; the other one is still to be entered, or its key to come back.
    await enter((await world.ask("MAIL_PASSWORD")).url, { MAIL_PASSWORD: "new" });
    const half = (await tell("secret check --json")).json;
    assert.deepEqual(half.unset, ["STRIPE_SECRET_KEY"]);
    await enter((await world.ask("STRIPE_SECRET_KEY")).url, { STRIPE_SECRET_KEY: "new" });
    assert.deepEqual(await world.values(), { MAIL_PASSWORD: "new", STRIPE_SECRET_KEY: "new" });
  }));

Deno.test("secret delete: only with its flag; then it is unset", () =>
  world(async (world, tell) => {
    await enter((await world.ask(...KEYS)).url, { STRIPE_SECRET_KEY: "a", MAIL_PASSWORD: "b" });
    assert.equal((await tell("secret delete MAIL_PASSWORD")).code, 1);
    assert.deepEqual(Object.keys(await world.values()), ["MAIL_PASSWORD", "STRIPE_SECRET_KEY"]);
    assert.equal((await tell("secret delete MAIL_PASSWORD --confirm-dangerous")).code, 0);
    assert.deepEqual(await world.values(), { STRIPE_SECRET_KEY: "a" });
    assert.deepEqual((await tell("secret check --json")).json.unset, ["MAIL_PASSWORD"]);
  }));

const REFUSED: [string, string][] = [
  ["A --wait soon", "DURATION_INVALID"],
  ["A --timeout 25h", "DURATION_TOO_LONG"],
  ["A --host example.com", "HOST_INVALID"],
  ["A --host 1.2.3", "HOST_INVALID"],
  ["A --host 0.0.0.0", "PUBLIC_URL_NEEDED"],
  ["A --host ::", "PUBLIC_URL_NEEDED"],
  ["A --host 203.0.113.1", "LISTEN_FAILED"],
  ["A --port 0", "PORT_INVALID"],
  ["A --port 65536", "PORT_INVALID"],
  ["A --public-url box.example:8080", "PUBLIC_URL_INVALID"],
  ["A --public-url http://u:p@box.example:8080", "PUBLIC_URL_INVALID"],
  ["A --public-url http://box.example:8080/?a=b", "PUBLIC_URL_INVALID"],
  ["A --public-url https://box.example", "PORT_NEEDED"],
  ["a", "KEY_INVALID"],
  ["A=canary", "SECRET_VALUE_GIVEN"],
];
for (const [words, code] of REFUSED) {
  Deno.test(`secret set ${words} is refused: ${code}`, () =>
    world(async (_, tell) => {
      const said = await tell(`secret set ${words} --json`);
      assert.equal(said.code, 2, said.out + said.err);
      const errors = said.err.trim().split("\n").map((line) => JSON.parse(line).error);
      assert.equal(errors.at(-1).code, code);
      assert(!said.err.includes("canary"));
      const rows = (await tell("secret list --json")).json.secrets;
      assert(rows.every((row: { state: string }) => row.state !== "pending"));
    }));
}

Deno.test("a port that is taken is a conflict, and nothing is left waiting", () =>
  world(async (_, tell) => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr as Deno.NetAddr;
    const said = await tell(`secret set MAIL_PASSWORD --port ${port} --json`);
    assert.deepEqual([said.code, said.json.error.code], [5, "PORT_TAKEN"]);
    assert.equal((await tell("secret list --json")).json.secrets[0].state, "expired");
  }));

Deno.test("a wait that is shorter than the page's life ends with the page still open", () =>
  world(async (world, tell) => {
    const said = await tell("secret set MAIL_PASSWORD --wait 1ms --timeout 10m --json");
    assert.equal(said.code, 0);
    const asked = JSON.parse(said.out);
    assert.equal(asked.state, "pending");
    await enter(asked.url, { MAIL_PASSWORD: "later" });
    assert.deepEqual(await world.values(), { MAIL_PASSWORD: "later" });
  }));
