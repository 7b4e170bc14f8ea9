import assert from "node:assert/strict";
import { join } from "@std/path";
import { openControl } from "../../../../lib/platform/local/control/store.ts";
import { secrets as table } from "../../../../lib/platform/local/control/tables.ts";
import { ensureMasterKey } from "../../../../lib/platform/local/master_key.ts";
import { lockedSecrets, serverKeys, unsealAll } from "../../../../lib/platform/local/sealing.ts";
import { localSecrets } from "../../../../lib/platform/local/secrets.ts";
import { stateFolder } from "../../../../lib/state_folder.ts";
import { eq } from "drizzle-orm";

let now = 1_700_000_000_000;
const clock = { now: () => now, sleep: () => Promise.resolve() };

async function world(work: (folder: string, file: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await work(join(root, "state"), join(root, "p", ".edgespark", "local", "control.sqlite"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("values are sealed at rest and open again, in another process's eyes too", () =>
  world(async (folder, file) => {
    const control = openControl(file);
    const canary = "\uFEFFcanary-\u00e4\u{1F600}-0123456789";
    await localSecrets(control, folder, clock).seal({ A: canary, B: "" });
    control.close();
    const later = openControl(file);
    assert.deepEqual(await unsealAll(folder, later), { A: canary, B: "" });
    assert.deepEqual(await lockedSecrets(folder, later), []);
    later.close();
    for await (const { name } of Deno.readDir(join(file, ".."))) {
      const bytes = new TextDecoder("latin1").decode(await Deno.readFile(join(file, "..", name)));
      assert(!bytes.includes("canary"), name);
    }
  }));

Deno.test("the same value twice is never sealed to the same bytes, and cannot move to another name", () =>
  world(async (folder, file) => {
    const control = openControl(file);
    await localSecrets(control, folder, clock).seal({ A: "same", B: "same" });
    const db = await control.write();
    const [a, b] = await db.select().from(table).orderBy(table.key);
    assert.notDeepEqual(a!.sealed, b!.sealed);
    await db.update(table).set({ sealed: a!.sealed }).where(eq(table.key, "B"));
    await assert.rejects(unsealAll(folder, control), {
      code: "SECRETS_LOCKED",
      details: { keys: ["B"] },
    });
    control.close();
  }));

Deno.test("a copy without the key says which values must be entered again; new ones open", () =>
  world(async (folder, file) => {
    const control = openControl(file);
    const secrets = localSecrets(control, folder, clock);
    await secrets.seal({ OLD_A: "1", OLD_B: "2" });
    await Deno.remove(folder, { recursive: true });
    await assert.rejects(unsealAll(folder, control), {
      code: "SECRETS_LOCKED",
      kind: "config",
      hint: /edgespark secret set OLD_A OLD_B/,
    });
    await assert.rejects(unsealAll(null, control), { code: "SECRETS_LOCKED" });
    await secrets.seal({ OLD_A: "3" });
    assert.deepEqual(await lockedSecrets(folder, control), ["OLD_B"]);
    await secrets.delete(["OLD_B"]);
    assert.deepEqual(await unsealAll(folder, control), { OLD_A: "3" });
    control.close();
  }));

Deno.test("no state folder: secrets say so before anyone types, everything else works", () =>
  world(async (folder, file) => {
    const control = openControl(file);
    const secrets = localSecrets(control, null, clock);
    await assert.rejects(secrets.expect(["A"], now + 1), { code: "NO_STATE_DIR", kind: "config" });
    await assert.rejects(secrets.seal({ A: "x" }), { code: "NO_STATE_DIR" });
    assert.deepEqual(await secrets.list(), []);
    assert.deepEqual(await unsealAll(null, control), {});
    const keys = await serverKeys(null, control, now);
    assert.equal(keys.lasting, false);
    assert.equal(keys.authSecret.length, 43);
    await Deno.mkdir(join(folder, ".."), { recursive: true });
    await Deno.writeTextFile(folder, "a file where the folder should be");
    await assert.rejects(localSecrets(control, folder, clock).expect(["A"], now + 1), {
      code: "NO_STATE_DIR",
      details: { folder },
    });
    control.close();
  }));

Deno.test("signing keys last and differ from each other and between projects", () =>
  world(async (folder, file) => {
    const control = openControl(file);
    const first = await serverKeys(folder, control, now);
    assert.deepEqual(await serverKeys(folder, control, now), first);
    const other = openControl(file.replace("control", "other"));
    const second = await serverKeys(folder, other, now);
    assert.equal(
      new Set([first.authSecret, first.presignKey, second.authSecret, second.presignKey]).size,
      4,
    );
    if (Deno.build.os !== "windows") {
      assert.equal((await Deno.stat(join(folder, "keys"))).mode! & 0o777, 0o700);
      for await (const { name } of Deno.readDir(join(folder, "keys"))) {
        assert.equal((await Deno.stat(join(folder, "keys", name))).mode! & 0o777, 0o600);
      }
    }
    control.close();
    other.close();
  }));

Deno.test("many at once get one key, and a damaged key file is not overwritten", () =>
  world(async (folder, file) => {
    const controls = Array.from({ length: 6 }, () => openControl(file));
    const keys = await Promise.all(
      controls.map((control) => ensureMasterKey(folder, control, now)),
    );
    assert.equal(new Set(keys.map(String)).size, 1);
    const names = [...Deno.readDirSync(join(folder, "keys"))].map(({ name }) => name);
    assert.equal(names.length, 1);
    await Deno.writeTextFile(join(folder, "keys", names[0]!), "damaged");
    await assert.rejects(ensureMasterKey(folder, controls[0]!, now), { code: "NO_STATE_DIR" });
    assert.equal(await Deno.readTextFile(join(folder, "keys", names[0]!)), "damaged");
    for (const control of controls) control.close();
  }));

Deno.test("states: unset, pending, expired, set; a new page for a set one keeps it set", () =>
  world(async (folder, file) => {
    const control = openControl(file);
    const secrets = localSecrets(control, folder, clock);
    const states = async () =>
      Object.fromEntries((await secrets.list()).map(({ key, state }) => [key, state]));
    await secrets.expect(["A", "B"], now + 1000);
    assert.deepEqual(await states(), { A: "pending", B: "pending" });
    await secrets.seal({ A: "x" });
    now += 1000;
    assert.deepEqual(await states(), { A: "set", B: "expired" });
    await secrets.expect(["A", "B"], now + 1000);
    assert.deepEqual(await states(), { A: "set", B: "pending" });
    assert.deepEqual(await secrets.delete(["A", "B", "C"]), ["A", "B"]);
    assert.deepEqual(await states(), {});
    control.close();
  }));

Deno.test("where the state folder is", () => {
  const env = (variables: Record<string, string>, os = "linux") =>
    stateFolder({ get: (name) => variables[name], os, cwd: "/home/x" });
  assert.equal(env({ EDGESPARK_STATE_DIR: "/a", XDG_STATE_HOME: "/b", HOME: "/c" }), "/a");
  assert.equal(env({ EDGESPARK_STATE_DIR: "a" }), "/home/x/a");
  assert.equal(env({ XDG_STATE_HOME: "/b", HOME: "/c" }), "/b/edgespark");
  assert.equal(env({ XDG_STATE_HOME: "relative", HOME: "/c" }), "/c/.local/state/edgespark");
  assert.equal(env({ HOME: "/c" }, "darwin"), "/c/Library/Application Support/edgespark");
  assert.equal(env({}), null);
  assert.equal(env({ HOME: "" }), null);
});
