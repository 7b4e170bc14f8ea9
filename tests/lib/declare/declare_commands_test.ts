import assert from "node:assert/strict";
import { COMMANDS } from "../../../commands/mod.ts";
import { run } from "../../../lib/cli/run.ts";
import { say } from "../../support/say.ts";
import { testSystem } from "../../support/system.ts";

const RUNTIME =
  'export type VarKey = "BASE_URL" | "PAGE_SIZE";\nexport type SecretKey = "STRIPE_SECRET_KEY";\n';

async function inProject(work: (cwd: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const cwd = `${root}/app`;
  try {
    await Deno.mkdir(`${cwd}/server/src/defs`, { recursive: true });
    await Deno.writeTextFile(`${cwd}/edgespark.toml`, "");
    await Deno.writeTextFile(`${cwd}/server/src/defs/runtime.ts`, RUNTIME);
    await work(cwd);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

Deno.test("reading commands leave no .edgespark behind", () =>
  inProject(async (cwd) => {
    for (const line of ["var list", "secret list", "storage bucket list", "auth get", "login"]) {
      const said = await say(`${line} --json`, { cwd });
      assert.equal(said.code, 0, `${line}: ${said.err}`);
    }
    assert.equal(await exists(`${cwd}/.edgespark`), false);
  }));

Deno.test("var set, list, delete", () =>
  inProject(async (cwd) => {
    const set = await say(["var", "set", "BASE_URL", "https://x.example/?a=b", "--json"], { cwd });
    assert.deepEqual([set.code, set.json, set.err], [0, { set: ["BASE_URL"] }, ""]);
    const more = await say(["var", "set", "OTHER=1", "KEY_OF=sk_live_canary"], { cwd });
    assert.equal(more.out, "Set OTHER, KEY_OF\n");
    assert.match(more.err, /`OTHER` is not declared.*VAR_UNDECLARED/);
    assert.match(more.err, /`edgespark secret set KEY_OF` \(VAR_LOOKS_SECRET\)/);
    assert(!more.err.includes("canary"));
    const wrong = await say(["var", "set", "STRIPE_SECRET_KEY=x"], { cwd });
    assert.match(wrong.err, /VAR_IS_SECRET/);
    await say("var delete STRIPE_SECRET_KEY KEY_OF", { cwd });
    const list = await say("var list --json", { cwd });
    assert.deepEqual(list.json, {
      vars: [
        { key: "BASE_URL", value: "https://x.example/?a=b", declared: true },
        { key: "OTHER", value: "1", declared: false },
      ],
      unset: ["PAGE_SIZE"],
    });
    const text = await say("var list", { cwd });
    assert.equal(text.out, "BASE_URL=https://x.example/?a=b\nOTHER=1  (not declared)\n");
    assert.equal(text.err, "Declared but not set: PAGE_SIZE\n");
    const gone = await say("var delete KEY_OF", { cwd });
    assert.deepEqual([gone.code, gone.out], [4, ""]);
    assert.equal((await say("var set a=1", { cwd })).code, 2);
    assert.equal((await say("var set", { cwd })).code, 2);
  }));

Deno.test("a malformed runtime.ts is exit 7 with its place, and nothing is set", () =>
  inProject(async (cwd) => {
    await Deno.writeTextFile(
      `${cwd}/server/src/defs/runtime.ts`,
      "export type VarKey =\n  number;\n",
    );
    const said = await say("var set BASE_URL=1 --json", { cwd });
    assert.equal(said.code, 7);
    assert.equal(said.json.error.code, "RUNTIME_KEYS_INVALID");
    assert.deepEqual(said.json.error.details, {
      file: "server/src/defs/runtime.ts",
      line: 2,
      column: 3,
    });
    assert.equal(await exists(`${cwd}/.edgespark`), false);
  }));

Deno.test("secret commands: names only, undeclared warns, deletion needs its flag", () =>
  inProject(async (cwd) => {
    const given = await say(["secret", "set", "STRIPE_SECRET_KEY=canary", "--json"], { cwd });
    assert.equal(given.code, 2);
    assert(!given.err.includes("canary"));
    const list = await say("secret list --json", { cwd });
    assert.deepEqual(list.json, {
      secrets: [
        {
          key: "STRIPE_SECRET_KEY",
          state: "unset",
          locked: false,
          declared: true,
          updatedAt: null,
        },
      ],
    });
    const asked = await say("secret set OTHER --wait 1ms", { cwd });
    assert.equal(asked.code, 1);
    assert.match(asked.err, /SECRET_UNDECLARED/);
    assert.match(asked.out, /^http:\/\/127\.0\.0\.1:\d+\/secret\/[\w-]{43}\n/);
    const kept = await say("secret delete OTHER --json", { cwd });
    assert.deepEqual([kept.code, kept.json.error.code], [1, "SECRET_DELETION"]);
    assert.match(kept.json.error.hint, /edgespark secret delete OTHER --confirm-dangerous/);
    const deleted = await say("secret delete OTHER GONE --confirm-dangerous --json", { cwd });
    assert.deepEqual(deleted.json, { deleted: ["OTHER"], missing: ["GONE"] });
    assert.equal((await say("secret delete OTHER --confirm-dangerous", { cwd })).code, 4);
    assert.equal((await say("secret set A --wait soon", { cwd })).code, 2);
  }));

Deno.test("secret set on a terminal opens the browser and waits for the person", () =>
  inProject(async (cwd) => {
    const opened: string[] = [];
    const system = testSystem({ cwd, interactive: true });
    const browser = {
      async open(url: string) {
        opened.push(url);
        const body = new URLSearchParams({ STRIPE_SECRET_KEY: "canary" });
        const headers = { origin: new URL(url).origin };
        await (await fetch(url, { method: "POST", body, headers })).body?.cancel();
        return true;
      },
    };
    const code = await run(
      ["secret", "set", "STRIPE_SECRET_KEY"],
      { ...system, browser },
      COMMANDS,
    );
    assert.equal(code, 0, system.words.err);
    assert.equal(opened.length, 1);
    const lines = system.words.out.split("\n");
    assert.deepEqual([lines[0], lines.at(-2)], [opened[0], "Stored STRIPE_SECRET_KEY"]);
    assert(!(system.words.out + system.words.err).includes("canary"));
    const list = await say("secret list --json", { cwd });
    assert.equal(list.json.secrets[0].state, "set");
  }));

Deno.test("login needs no project on the local platform", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    assert.deepEqual((await say("login --json", { cwd })).json, {
      provider: "local",
      needed: false,
    });
    await Deno.writeTextFile(`${cwd}/edgespark.toml`, '[platform]\nprovider = "cloudflare"\n');
    assert.equal((await say("login", { cwd })).code, 7);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
