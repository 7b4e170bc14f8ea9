/** `db generate` killed with SIGKILL at points spread over its run; the next one ends where it would have. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { fixtureModules, ROOT } from "../../support/fixtures.ts";
import { Random } from "../../support/random.ts";
import { copyFolder } from "./copy_folder.ts";
import { seeded, sized } from "./support/sizes.ts";
import { world } from "./world.ts";

const SEED = seeded(815);
const POINTS = sized(10, 200);
const FIRST = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title") });
`;
const SECOND = FIRST.replace('text("title")', 'text("title").notNull().default("?")') +
  `export const tags = sqliteTable("tags", { post: integer("post_id").references(() => posts.id, { onDelete: "cascade" }) });\n`;

/** Runs the real program, from outside; kills it after `ms` when given. */
async function run(cwd: string, args: string[], ms?: number): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(ROOT, "main.ts"), ...args],
    cwd,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    env: { NO_COLOR: "1", EDGESPARK_STATE_DIR: join(cwd, ".state") },
  }).spawn();
  const timer = ms === undefined ? undefined : setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It had ended by itself.
    }
  }, ms);
  const { code } = await child.status;
  clearTimeout(timer);
  return code;
}

/** Every migration file by path; ids and times are new in every run. */
async function filesOf(cwd: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const folder of ["server/drizzle", "server/drizzle/meta"]) {
    for await (const { name, isFile } of Deno.readDir(join(cwd, folder))) {
      // What a kill left of a write has a name that nothing reads.
      if (!isFile || /^\..*\.tmp$/.test(name)) continue;
      const text = await Deno.readTextFile(join(cwd, folder, name));
      found[`${folder}/${name}`] = text.replace(/"(id|prevId)": "[^"]+"/g, '"$1": ""')
        .replace(/"when": \d+/g, '"when": 0');
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

Deno.test(`generate killed at ${POINTS} points is completed by the next run (seed ${SEED})`, async () => {
  const root = await Deno.makeTempDir({ prefix: "edgespark-kill-" });
  const start = join(root, "start"), defs = join(start, "server", "src", "defs");
  await Deno.mkdir(defs, { recursive: true });
  await Deno.writeTextFile(join(start, "edgespark.toml"), "");
  await Deno.symlink(join(fixtureModules(), "node_modules"), join(start, "server", "node_modules"));
  await Deno.writeTextFile(join(defs, "db_schema.ts"), FIRST);
  assert.equal(await run(start, ["db", "generate", "--name", "one"]), 0);
  await Deno.writeTextFile(join(defs, "db_schema.ts"), SECOND);
  const whole = join(root, "whole");
  // The fastest of a few: after a slow one, on a busy machine, no kill would come in time.
  let ms = Infinity;
  for (let turn = 0; turn < 3; turn++) {
    await Deno.remove(whole, { recursive: true }).catch(() => {});
    await copyFolder(start, whole);
    const began = performance.now();
    assert.equal(await run(whole, ["db", "generate"]), 0);
    ms = Math.min(ms, performance.now() - began);
  }
  const wanted = await filesOf(whole);
  const random = new Random(SEED);
  let killed = 0;
  for (let point = 0; point < POINTS; point++) {
    const cwd = join(root, "killed");
    await copyFolder(start, cwd);
    // The second half of the run is where it writes.
    const at = Math.round(ms * (0.5 + 0.5 * (point + random.next()) / POINTS));
    if (await run(cwd, ["db", "generate"], at) !== 0) killed++;
    assert.equal(await run(cwd, ["db", "generate"]), 0, `killed after ${at} ms of ${ms} ms`);
    assert.deepEqual(await filesOf(cwd), wanted, `killed after ${at} ms of ${ms} ms`);
    await Deno.remove(cwd, { recursive: true });
  }
  assert.ok(killed > 0, "no run was killed");
  await Deno.remove(root, { recursive: true });
});

Deno.test("generate cut off before each of its writes is completed by the next run", async () => {
  const first = FIRST.slice(FIRST.indexOf("\n")), second = SECOND.slice(SECOND.indexOf("\n"));
  let wanted: Record<string, string> | null = null;
  for (let cut = 99, writes = 0; cut >= 0; cut = Math.min(cut, writes) - 1) {
    await using w = await world(first);
    await w.generate({ name: "one" });
    await w.declare(second);
    writes = 0;
    const { write } = w.system.files;
    w.system.files.write = (...args) => {
      // Like a process that is gone: nothing after this point happens.
      if (writes++ >= cut) throw new Error("cut off");
      return write(...args);
    };
    const outcome = await w.generate().then(() => "done", (error) => error.message);
    assert.equal(outcome, wanted ? "cut off" : "done");
    w.system.files.write = write;
    if (wanted) assert.equal((await w.generate()).written, true, `cut before write ${cut}`);
    const files = await filesOf(w.project.root);
    assert.deepEqual(files, wanted ??= files, `cut before write ${cut}`);
  }
});
