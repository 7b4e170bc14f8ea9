/** A history in drizzle-kit 1.0's folder format, with the real drizzle-kit 1.0 in the project. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { say } from "../../support/say.ts";
import { FIRST, folders, project, SCHEMA } from "./support/folder_project.ts";

Deno.test("the project's own drizzle-kit 1.0 goes on with a history of folders", async () => {
  const { cwd, declare } = await project();
  const same = await say("db generate --json", { cwd });
  assert.deepEqual([same.code, same.json.changed], [0, false], same.err);

  await declare(SCHEMA.replace('title: text("title")', 'headline: text("headline")'));
  const asked = await say("db generate --json", { cwd });
  assert.deepEqual([asked.code, asked.json.error.code], [2, "MISSING_HINTS"]);
  assert.deepEqual(asked.json.error.details.unresolved[0], {
    type: "rename_or_create",
    kind: "column",
    entity: ["public", "posts", "headline"],
    answers: [
      "--create posts.headline",
      "--rename posts.id:headline",
      "--rename posts.title:headline",
    ],
  });
  assert.deepEqual(await folders(cwd), [FIRST]);

  const rename = "db generate --name renamed --rename posts.title:headline --json";
  const dry = await say(`${rename} --dry-run`, { cwd });
  assert.deepEqual([dry.code, dry.json.written, dry.json.statements.length], [0, false, 1]);
  assert.deepEqual(await folders(cwd), [FIRST]);
  const { json, err } = await say(rename, { cwd });
  assert.match(json?.tag ?? err, /^\d{14}_renamed$/);
  assert.equal(json.path, `server/drizzle/${json.tag}/migration.sql`);
  assert.deepEqual(json.statements, ["ALTER TABLE `posts` RENAME COLUMN `title` TO `headline`;"]);
  assert.deepEqual(await folders(cwd), [FIRST, json.tag]);
  assert.equal((await say("db generate --json", { cwd })).json.changed, false);
  // Nothing of the run is left behind.
  const left = await Array.fromAsync(Deno.readDir(join(cwd, ".edgespark", "tmp")));
  assert.deepEqual(left, []);
  await Deno.remove(cwd, { recursive: true });
});

Deno.test("a drizzle-kit that fails is told by what it did not write", async () => {
  const { cwd, declare } = await project();
  await declare(`${SCHEMA}throw new Error("broken here");`);
  const broken = await say("db generate --json", { cwd });
  assert.deepEqual([broken.code, broken.json.error.code], [8, "DRIZZLE_KIT_FAILED"]);
  assert.match(broken.json.error.message, /broken here/);
  // One that ends well and writes nothing has failed too, whatever it says of itself.
  const modules = join(cwd, "server", "node_modules");
  await Deno.remove(modules);
  await Deno.mkdir(join(modules, "drizzle-kit"), { recursive: true });
  const bin = join(modules, "drizzle-kit", "bin.cjs");
  for (const text of ["", `console.log('{"status":"ok","migration_path":"drizzle/x"}');`]) {
    await Deno.writeTextFile(bin, text);
    const said = await say("db generate --json", { cwd });
    assert.deepEqual([said.code, said.json.error.code], [8, "DRIZZLE_KIT_FAILED"]);
  }
  await Deno.remove(modules, { recursive: true });
  const absent = await say("db generate --json", { cwd });
  assert.deepEqual([absent.code, absent.json.error.code], [8, "DRIZZLE_KIT_MISSING"]);
  assert.deepEqual(await folders(cwd), [FIRST]);
  await Deno.remove(cwd, { recursive: true });
});
