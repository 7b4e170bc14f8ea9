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
      secrets: [{ key: "STRIPE_SECRET_KEY", state: "unset", declared: true, updatedAt: null }],
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
        await (await fetch(url, { method: "POST", body })).body?.cancel();
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

Deno.test("auth: get, pull, apply, and back again", () =>
  inProject(async (cwd) => {
    const file = `${cwd}/configs/auth-config.yaml`;
    const missing = await say("auth apply --json", { cwd });
    assert.deepEqual([missing.code, missing.json.error.code], [7, "AUTH_CONFIG_MISSING"]);
    const config = (await say("auth get --json", { cwd })).json;
    assert.equal(config.providerEmailPassword.config.minPasswordLength, 8);
    assert.deepEqual((await say("auth pull --json", { cwd })).json, {
      changed: true,
      file: "configs/auth-config.yaml",
    });
    assert.equal((await say("auth pull --json", { cwd })).json.changed, false);

    const dry = await say("auth apply --dry-run --json", { cwd });
    assert.equal(dry.json.applied, false);
    assert(dry.json.plan.every((item: { action: string }) => item.action === "create"));
    const first = await say("auth apply", { cwd });
    assert.match(first.out, /^Applied 4 changes/);
    assert.equal(first.err, "Takes effect at the next `edgespark deploy`\n");
    const second = await say("auth apply --json", { cwd });
    assert.equal(second.json.applied, true);
    assert(second.json.plan.every((item: { action: string }) => item.action === "none"));
    assert.notEqual(second.json.hash, dry.json.hash);

    const text = await Deno.readTextFile(file);
    await Deno.writeTextFile(
      file,
      "# mine\n" + text.replace("minPasswordLength: 8", "minPasswordLength: 12"),
    );
    const change = await say("auth apply --dry-run --json", { cwd });
    assert.deepEqual(
      change.json.plan.filter((item: { action: string }) => item.action !== "none"),
      [{ action: "change", name: "providerEmailPassword", detail: null }],
    );
    assert.equal(
      (await say("auth pull", { cwd })).out,
      "Wrote `configs/auth-config.yaml`\nRe-read: configs/auth-config.yaml\n",
    );
    const pulled = await Deno.readTextFile(file);
    assert.match(pulled, /^# mine\n[^]*minPasswordLength: 8\n/);
  }));

Deno.test("auth apply: an enabled provider without refs is refused, unset and undeclared refs are told", () =>
  inProject(async (cwd) => {
    await Deno.mkdir(`${cwd}/configs`);
    const file = `${cwd}/configs/auth-config.yaml`;
    await Deno.writeTextFile(file, "providerGoogle:\n  enabled: true\n  config: {}\n");
    const refused = await say("auth apply --json", { cwd });
    assert.deepEqual([refused.code, refused.json.error.code], [7, "AUTH_CONFIG_INVALID"]);
    assert.equal(refused.json.error.details.findings.length, 2);
    await Deno.writeTextFile(
      file,
      "providerGoogle:\n  enabled: true\n  config:\n    clientIdVarRef: GOOGLE_CLIENT_ID\n    clientSecretRef: GOOGLE_CLIENT_SECRET\n",
    );
    await say(["var", "set", "GOOGLE_CLIENT_ID=1.apps.example"], { cwd });
    const said = await say("auth apply --dry-run --json", { cwd });
    assert.equal(said.code, 0);
    const answer = JSON.parse(said.out);
    assert.deepEqual(answer.findings.map((finding: { code: string }) => finding.code), [
      "AUTH_VAR_UNDECLARED",
      "AUTH_SECRET_UNSET",
      "AUTH_SECRET_UNDECLARED",
    ]);
    // A broken file is never overwritten.
    await Deno.writeTextFile(file, "oops: 1\n");
    assert.equal((await say("auth pull", { cwd })).code, 7);
    assert.equal(await Deno.readTextFile(file), "oops: 1\n");
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
