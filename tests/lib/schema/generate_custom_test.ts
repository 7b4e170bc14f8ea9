import assert from "node:assert/strict";
import { generateCustom } from "../../../lib/schema/generate_custom.ts";
import { KIT_GENERATE, type World, world } from "./world.ts";

const SCHEMA = `export const a = sqliteTable("a", { id: integer("id").primaryKey() });`;
const MORE = SCHEMA.replace("primaryKey()", `primaryKey(), b: text("b")`);

const custom = (w: World, options = {}) => generateCustom(w.system, w.project, options);
const neutral = (text: string | undefined) =>
  text?.replace(/"(id|prevId)": "[^"]+"/g, '"$1": ""').replace(/"when": \d+/g, '"when": 0');

for (const [name, schema] of [["after others", SCHEMA], ["the first", ""]]) {
  Deno.test(`an empty migration is the one of drizzle-kit --custom: ${name}`, async () => {
    await using ours = await world(schema);
    await using theirs = await world(schema);
    if (schema) {
      await ours.generate({ name: "one" });
      await theirs.generate({ name: "one" });
    }
    const result = await custom(ours, { name: "fill" });
    await theirs.kit(...KIT_GENERATE, "--custom", "--name", "fill");
    assert.deepEqual([result.changed, result.tag, result.statements, result.written], [
      true,
      schema ? "0001_fill" : "0000_fill",
      [],
      true,
    ]);
    const a = await ours.migrationFiles(), b = await theirs.migrationFiles();
    assert.deepEqual(Object.keys(a).sort(), Object.keys(b).sort());
    for (const [path, text] of Object.entries(b)) {
      if (!path.endsWith("_hash")) assert.equal(neutral(a[path]), neutral(text), path);
    }
    assert.match((await ours.kit(...KIT_GENERATE)).out, /No schema changes/);
    assert.equal((await ours.generate()).changed, false);
  });
}

Deno.test("a custom migration leaves what is not generated yet for the next run", async () => {
  await using w = await world(SCHEMA);
  await w.generate();
  await w.declare(MORE);
  const hash = await w.text("server/drizzle/meta/_edgespark_schema_hash");
  assert.equal((await custom(w, { name: "fill", dryRun: true })).written, false);
  assert.equal(Object.keys(await w.migrationFiles()).length, 4);
  await custom(w, { name: "fill" });
  assert.equal(await w.text("server/drizzle/meta/_edgespark_schema_hash"), hash);
  assert.deepEqual((await w.generate({ name: "more" })).statements, [
    "ALTER TABLE `a` ADD `b` text;",
  ]);
});

Deno.test("a custom migration that was cut off is completed, with and without --custom", async () => {
  for (const again of ["custom", "plain"]) {
    await using w = await world(SCHEMA);
    await w.generate();
    const journal = await w.text("server/drizzle/meta/_journal.json");
    await custom(w, { name: "fill" });
    const files = await w.migrationFiles();
    await w.write("server/drizzle/meta/_journal.json", journal);
    const result = again === "custom" ? await custom(w, { name: "fill" }) : await w.generate();
    assert.deepEqual([result.tag, result.written], ["0001_fill", true]);
    const after = await w.migrationFiles();
    assert.deepEqual(Object.keys(after), Object.keys(files));
    assert.equal(
      after["server/drizzle/meta/0001_snapshot.json"],
      files["server/drizzle/meta/0001_snapshot.json"],
    );
  }
});
