import assert from "node:assert/strict";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import {
  bumpConfigVersion,
  configVersion,
  readSetting,
  setSetting,
} from "../../../../lib/platform/local/control/settings.ts";
import { openControl } from "../../../../lib/platform/local/control/store.ts";
import { vars } from "../../../../lib/platform/local/control/tables.ts";
import { localBuckets } from "../../../../lib/platform/local/buckets.ts";
import { localVars } from "../../../../lib/platform/local/vars.ts";

const clock = { now: () => 1_700_000_000_000, sleep: () => Promise.resolve() };

async function inFolder(work: (state: string, file: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const state = join(folder, ".edgespark");
  try {
    await work(state, join(state, "local", "control.sqlite"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("looking leaves no trace", () =>
  inFolder(async (state, file) => {
    const control = openControl(file);
    assert.equal(await control.read(), null);
    assert.equal(await readSetting(control, "x"), null);
    assert.equal(await configVersion(control), 0);
    assert.deepEqual(await localVars(control, clock).list(), []);
    assert.deepEqual(await localVars(control, clock).delete(["A"]), []);
    await assert.rejects(Deno.stat(state), Deno.errors.NotFound);
    control.close();
  }));

Deno.test("the first write makes the file for this user only, in an ignored folder", () =>
  inFolder(async (state, file) => {
    const control = openControl(file);
    await localVars(control, clock).set({ B: "2", A: "1" });
    await localVars(control, clock).set({ A: "3" });
    assert.deepEqual(await localVars(control, clock).list(), [
      { key: "A", value: "3", updatedAt: clock.now() },
      { key: "B", value: "2", updatedAt: clock.now() },
    ]);
    assert.equal(await Deno.readTextFile(join(state, ".gitignore")), "*\n");
    if (Deno.build.os !== "windows") {
      for await (const { name } of Deno.readDir(join(state, "local"))) {
        assert.equal((await Deno.stat(join(state, "local", name))).mode! & 0o777, 0o600, name);
      }
    }
    assert.deepEqual(await localVars(control, clock).delete(["A", "C"]), ["A"]);
    assert.equal(await configVersion(control), 3);
    control.close();
  }));

Deno.test("a batch happens whole or not at all", () =>
  inFolder(async (_, file) => {
    const control = openControl(file);
    const db = await control.write();
    const row = { key: "A", value: "1", updatedAt: 1 };
    await assert.rejects(
      db.batch([
        bumpConfigVersion(db, 1),
        db.insert(vars).values(row),
        db.insert(vars).values(row),
      ]),
    );
    assert.equal(await configVersion(control), 0);
    assert.deepEqual(await db.select().from(vars), []);
    control.close();
  }));

Deno.test("settings hold any JSON and are overwritten", () =>
  inFolder(async (_, file) => {
    const control = openControl(file);
    for (const value of [{ a: [1, null] }, "text", 7, []]) {
      await setSetting(await control.write(), "x", value, 1);
      assert.deepEqual(await readSetting(control, "x"), value);
    }
    control.close();
  }));

Deno.test("a database of a newer version is refused and left alone", () =>
  inFolder(async (_, file) => {
    const control = openControl(file);
    await control.write();
    control.close();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
    const later = openControl(file);
    await assert.rejects(later.read(), {
      code: "CONTROL_NEWER",
      kind: "conflict",
      message: /newer edgespark/,
    });
    later.close();
  }));

Deno.test("a file that is no database, and a folder that cannot be made, say so", () =>
  inFolder(async (state, file) => {
    await Deno.mkdir(join(state, "local"), { recursive: true });
    await Deno.writeTextFile(
      file,
      "not a database at all, but long enough to be taken for one".repeat(20),
    );
    const broken = openControl(file);
    await assert.rejects(broken.read(), { code: "CONTROL_BROKEN" });
    await Deno.writeTextFile(join(state, "file"), "");
    const nowhere = openControl(join(state, "file", "control.sqlite"));
    await assert.rejects(nowhere.write(), { code: "CONTROL_UNWRITABLE" });
  }));

Deno.test("many processes at once begin with the same database and lose nothing", () =>
  inFolder(async (state, file) => {
    const code = `
      import { openControl } from ${
      JSON.stringify(import.meta.resolve("../../../../lib/platform/local/control/store.ts"))
    };
      import { localVars } from ${
      JSON.stringify(import.meta.resolve("../../../../lib/platform/local/vars.ts"))
    };
      const [file, name] = Deno.args;
      const control = openControl(file);
      await localVars(control, { now: () => 1 }).set({ [name]: "x" });
      control.close();`;
    const script = join(state, "..", "write.ts");
    await Deno.writeTextFile(script, code);
    const config = new URL("../../../../deno.json", import.meta.url).pathname;
    const runs = Array.from({ length: 4 }, (_, index) =>
      new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          "--no-check",
          "--no-lock",
          "--config",
          config,
          script,
          file,
          `KEY_${index}`,
        ],
        stdout: "piped",
        stderr: "piped",
      }).output());
    for (const { success, stderr } of await Promise.all(runs)) {
      assert(success, new TextDecoder().decode(stderr));
    }
    const control = openControl(file);
    assert.equal((await localVars(control, clock).list()).length, 4);
    assert.equal(await configVersion(control), 4);
    control.close();
  }));

Deno.test("a bucket that exists already spoils the whole apply", () =>
  inFolder(async (state, file) => {
    const control = openControl(file);
    const buckets = localBuckets(control, join(state, "local", "buckets"), clock);
    const nothing = { create: [], change: [], remove: [], rename: [] };
    await buckets.apply({ ...nothing, create: [{ name: "one", description: "x" }] });
    await assert.rejects(buckets.apply({
      ...nothing,
      create: [{ name: "two", description: "x" }, { name: "one", description: "y" }],
    }));
    assert.deepEqual((await buckets.list()).map(({ name }) => name), ["one"]);
    control.close();
  }));
