import assert from "node:assert/strict";
import { AUTH_FILE, authWorld } from "./auth_world.ts";

const GITHUB =
  "providerGithub:\n  enabled: true\n  config:\n    clientIdVarRef: GITHUB_CLIENT_ID\n    clientSecretRef: GITHUB_CLIENT_SECRET\n";

interface Item {
  action: string;
  name: string;
  detail: string | null;
}

const steps = (plan: Item[]) =>
  plan.filter(({ action }) => action !== "none").map(({ action, name }) => `${action} ${name}`);

Deno.test("auth: get, pull, apply, and back again", () =>
  authWorld(async ({ cwd, say, read, write }) => {
    const missing = await say("auth apply --json");
    assert.deepEqual([missing.code, missing.json.error.code], [7, "AUTH_CONFIG_MISSING"]);
    assert.match(missing.json.error.hint, /`edgespark auth pull`/);
    const config = (await say("auth get --json")).json;
    assert.equal(config.providerEmailPassword.config.minPasswordLength, 8);
    const written = [AUTH_FILE, "configs/auth-config.schema.json"];
    const pulled = { changed: true, file: AUTH_FILE, written, replaced: [], copy: null };
    assert.deepEqual((await say("auth pull --dry-run --json")).json, pulled);
    assert.deepEqual((await say("auth pull --json")).json, pulled);
    const again = { ...pulled, changed: false, written: [] };
    assert.deepEqual((await say("auth pull --json")).json, again);

    const dry = await say("auth apply --dry-run --json");
    assert.equal(dry.json.applied, false);
    assert(dry.json.plan.every((item: Item) => item.action === "create"));
    const first = await say("auth apply");
    assert.match(first.out, /^Applied 4 changes/);
    assert.equal(first.err, "Takes effect at the next `edgespark deploy`\n");
    const second = await say("auth apply --json");
    assert.deepEqual([second.json.applied, second.json.takesEffect], [true, "next deploy"]);
    assert.deepEqual(steps(second.json.plan), []);
    assert.notEqual(second.json.hash, dry.json.hash);
    assert.equal((await say("auth apply")).err, "", "nothing new takes effect");

    await write(
      "# mine\n" + (await read()).replace("minPasswordLength: 8", "minPasswordLength: 12"),
    );
    const change = await say("auth apply --dry-run --json");
    assert.deepEqual(change.json.plan.filter((item: Item) => item.action !== "none"), [{
      action: "change",
      name: "providerEmailPassword",
      detail: "minPasswordLength: 8 -> 12",
    }]);
    // An edit that was never applied is kept in a copy.
    const back = await say("auth pull");
    assert.equal(back.out, `Wrote \`${AUTH_FILE}\`\nRe-read: ${AUTH_FILE}\n`);
    assert.match(back.err, /`providerEmailPassword`.*never applied.*AUTH_EDITS_REPLACED/);
    assert.match(await read(), /^# mine\n[^]*minPasswordLength: 8\n/);
    const copy = /`(\.edgespark\/[^`]+)`/.exec(back.err)![1]!;
    assert.match(await Deno.readTextFile(`${cwd}/${copy}`), /minPasswordLength: 12/);
  }));

Deno.test("auth apply: an enabled provider without refs is refused, unset and undeclared refs are told", () =>
  authWorld(async ({ say, write, read }) => {
    await write("providerGithub:\n  enabled: true\n  config: {}\n");
    const refused = await say("auth apply --json");
    assert.deepEqual([refused.code, refused.json.error.code], [7, "AUTH_CONFIG_INVALID"]);
    assert.equal(refused.json.error.details.findings.length, 2);
    await write(GITHUB);
    await say("var set GITHUB_CLIENT_ID=1.apps.example");
    const said = await say("auth apply --dry-run --json");
    assert.equal(said.code, 0);
    assert.deepEqual(
      JSON.parse(said.out).findings.map((finding: { code: string }) => finding.code),
      ["AUTH_VAR_UNDECLARED", "AUTH_SECRET_UNSET", "AUTH_SECRET_UNDECLARED"],
    );
    assert.match(said.err, /edgespark secret set GITHUB_CLIENT_SECRET/);
    // A broken file is never overwritten.
    await write("oops: 1\n");
    assert.equal((await say("auth pull")).code, 7);
    assert.equal(await read(), "oops: 1\n");
  }));

Deno.test("somebody's change is never overwritten unseen: the file waits for a pull or a plan", () =>
  authWorld(async ({ say, write, read, somebodyApplies }) => {
    await write("disableSignUp: false\n");
    assert.equal((await say("auth apply")).code, 0);
    await somebodyApplies("disableSignUp: true\n");
    // The file did not change, the platform did.
    const dry = await say("auth apply --dry-run --json");
    assert.deepEqual(steps(dry.json.plan), ["conflict disableSignUp"]);
    const refused = await say("auth apply --json");
    assert.deepEqual([refused.code, refused.json.error.code], [5, "AUTH_CONFLICT"]);
    assert.match(
      refused.json.error.details.lines[0],
      /changed on the platform since.*true -> false/,
    );
    assert.match(refused.json.error.hint, /`edgespark auth pull`/);
    assert(refused.json.error.hint.includes(`\`edgespark auth apply --plan ${dry.json.hash}\``));
    assert.equal((await say("auth get --json")).json.disableSignUp, true);
    // Theirs: nothing of the file was an edit, so nothing is copied.
    const pull = await say("auth pull --json");
    assert.deepEqual([pull.json.replaced, pull.json.copy, pull.err], [[], null, ""]);
    assert.equal(await read(), "disableSignUp: true\n");
    assert.deepEqual(steps((await say("auth apply --json")).json.plan), []);
    // Mine, knowingly.
    await somebodyApplies("disableSignUp: false\n");
    const { hash } = (await say("auth apply --dry-run --json")).json;
    assert.equal((await say(`auth apply --plan ${hash}`)).code, 0);
    assert.equal((await say("auth get --json")).json.disableSignUp, true);
  }));

Deno.test("a plan that is no longer the same is refused", () =>
  authWorld(async ({ say, write, somebodyApplies }) => {
    await write("disableSignUp: false\n");
    await say("auth apply");
    await somebodyApplies("disableSignUp: true\n");
    const { hash } = (await say("auth apply --dry-run --json")).json;
    await somebodyApplies("disableSignUp: true\nenableAnonymous: true\n");
    const said = await say(`auth apply --plan ${hash} --json`);
    assert.deepEqual([said.code, said.json.error.code], [5, "PLAN_CHANGED"]);
    const { disableSignUp, enableAnonymous } = (await say("auth get --json")).json;
    assert.deepEqual([disableSignUp, enableAnonymous], [true, true]);
  }));

Deno.test("changes in different parts do not meet; in the same part they are a conflict", () =>
  authWorld(async ({ say, write, somebodyApplies }) => {
    const file = (min: number, age: number) =>
      `session:\n  updateAge: ${age}\nproviderEmailPassword:\n  config:\n    minPasswordLength: ${min}\n`;
    await write(file(8, 10));
    await say("auth apply");
    await somebodyApplies(file(9, 10));
    await write(file(8, 20));
    assert.deepEqual(steps((await say("auth apply --dry-run --json")).json.plan), [
      "change session",
      "conflict providerEmailPassword",
    ]);
    await write(file(10, 10));
    const { plan } = (await say("auth apply --dry-run --json")).json;
    assert.deepEqual(steps(plan), ["conflict providerEmailPassword"]);
    assert.match(plan[3].detail, /in the file and on the platform/);
    // Both made the same change.
    await write(file(9, 10));
    assert.deepEqual(steps((await say("auth apply --json")).json.plan), []);
  }));

Deno.test("a checkout that has never seen what is applied does not overwrite it", () =>
  authWorld(async ({ cwd, say, write }) => {
    await write("disableSignUp: true\n");
    await say("auth apply");
    for (const base of [null, "{", '{"local": 5}', '{"local": {"config": {}}}']) {
      if (base === null) await Deno.remove(`${cwd}/.edgespark/auth-base.json`);
      else await Deno.writeTextFile(`${cwd}/.edgespark/auth-base.json`, base);
      await write("disableSignUp: false\n");
      const said = await say("auth apply --json");
      assert.equal(said.json.error.code, "AUTH_CONFLICT", base ?? "missing");
      assert.match(said.json.error.details.lines[0], /has not pulled it/);
    }
    // What is equal is no conflict, and counts as seen from then on.
    await write("disableSignUp: true\n");
    assert.equal((await say("auth apply")).code, 0);
    await write("disableSignUp: false\n");
    assert.equal((await say("auth apply")).code, 0);
  }));

Deno.test("an apply that removes a provider needs the opt-in", () =>
  authWorld(async ({ say, write }) => {
    await write(GITHUB);
    await say("auth apply");
    await write("disableSignUp: false\n");
    const refused = await say("auth apply --json");
    assert.deepEqual([refused.code, refused.json.error.code], [1, "AUTH_REMOVAL"]);
    const { hash } = refused.json.error.details;
    assert.match(refused.json.error.hint, new RegExp(`--plan ${hash} --confirm-dangerous`));
    assert((await say("auth get --json")).json.providerGithub.enabled);
    const dry = await say("auth apply --dry-run");
    assert.match(dry.out, new RegExp(`remove   providerGithub[^]*Plan ${hash}: apply exactly`));
    assert.equal((await say(`auth apply --plan ${hash}`)).code, 1);
    assert.equal((await say(`auth apply --plan ${hash} --confirm-dangerous`)).code, 0);
    assert.equal((await say("auth get --json")).json.providerGithub, undefined);
  }));
