import assert from "node:assert/strict";
import { join } from "@std/path";
import { say } from "../../support/say.ts";

const FOLDER = "server/src/__generated__";

/** Runs a test in the folder of a project without generated files. */
async function inProject(test: (cwd: string) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  try {
    const cwd = join(parent, "app");
    await Deno.mkdir(cwd);
    await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
    await test(cwd);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

Deno.test("pull: writes everything and says what to read again, then has nothing to do", () =>
  inProject(async (cwd) => {
    const first = await say("pull", { cwd });
    assert.equal(first.code, 0, first.err);
    const [changed, reread] = first.out.trimEnd().split("\n");
    const names = ["edgespark.d.ts", "server-types.d.ts", "sys_schema.ts", "sys_relations.ts"]
      .map((name) => `${FOLDER}/${name}`).join(", ");
    assert.equal(changed, `Generated files updated: ${names}, ${FOLDER}/.checksums.json`);
    assert.equal(reread, `Re-read: ${names}`);
    assert.deepEqual(await say("pull", { cwd }), {
      code: 0,
      out: "Generated files are up to date\n",
      err: "",
      json: undefined,
    });
  }));

Deno.test("pull types --check: exit 1 and what differs, exit 0 after the pull", () =>
  inProject(async (cwd) => {
    const stale = await say("pull types --check", { cwd });
    assert.equal(stale.code, 1);
    assert.match(
      stale.out,
      /^Types are stale\n {2}server\/src\/__generated__\/edgespark\.d\.ts: missing\n/,
    );
    assert.match(stale.err, /Run: edgespark pull types\n$/);
    assert.deepEqual([...Deno.readDirSync(cwd)].map(({ name }) => name), ["edgespark.toml"]);

    assert.equal((await say("pull types", { cwd })).code, 0);
    const fresh = await say("pull types --check", { cwd });
    assert.deepEqual([fresh.code, fresh.out, fresh.err], [0, "Types are up to date\n", ""]);

    const types = join(cwd, FOLDER, "server-types.d.ts");
    await Deno.writeTextFile(types, (await Deno.readTextFile(types)).replace(' | "dev"', ""));
    const edited = await say("pull types --check --json", { cwd });
    assert.equal(edited.code, 1);
    assert.deepEqual(
      [edited.json.upToDate, edited.json.differs],
      [false, [`${FOLDER}/server-types.d.ts`]],
    );
    const differing = edited.json.files.find(({ state }: { state: string }) => state === "differs");
    assert.deepEqual(
      [differing.added, differing.changed, differing.removed],
      [[], ["DeploymentEnv"], []],
    );
    const words = await say("pull types --check", { cwd });
    assert.equal(
      words.out,
      `Types are stale\n  ${FOLDER}/server-types.d.ts: changed DeploymentEnv\n`,
    );
  }));

Deno.test("pull schema --db: writes the system tables only", () =>
  inProject(async (cwd) => {
    const { code, json } = await say("pull schema --db --json", { cwd });
    assert.equal(code, 0);
    assert.deepEqual(json.changed, [`${FOLDER}/sys_schema.ts`, `${FOLDER}/sys_relations.ts`]);
  }));
