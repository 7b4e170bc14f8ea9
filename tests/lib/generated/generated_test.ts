import assert from "node:assert/strict";
import { join } from "@std/path";
import {
  checkTypes,
  planGenerated,
  pullGenerated,
  writeGenerated,
} from "../../../lib/generated/generated.ts";
import { renderSystemSchema, renderTypes } from "../../../lib/generated/render.ts";
import { openProject, type Project } from "../../../lib/project/project.ts";
import { testSystem } from "../../support/system.ts";

const FOLDER = "server/src/__generated__";

/** Runs a test in a project without generated files. */
async function inProject(
  test: (system: ReturnType<typeof testSystem>, project: Project) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(root, "edgespark.toml"), '[server]\npath = "server"\n');
    const system = testSystem({ cwd: root });
    await test(system, await openProject(system, undefined));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const read = (project: Project, name: string) =>
  Deno.readTextFile(join(project.root, ...FOLDER.split("/"), name));

const edit = async (project: Project, name: string, change: (text: string) => string) =>
  await Deno.writeTextFile(
    join(project.root, ...FOLDER.split("/"), name),
    change(await read(project, name)),
  );

Deno.test("planGenerated: each scope has its files, and a plan writes nothing", () =>
  inProject(async (system, project) => {
    const names = async (scope: "types" | "schema" | "all") =>
      (await planGenerated(system, project, scope)).files.map(({ path, state }) =>
        `${path} ${state}`
      );
    const types = ["edgespark.d.ts", "server-types.d.ts"].map((name) =>
      `${FOLDER}/${name} missing`
    );
    const schema = ["sys_schema.ts", "sys_relations.ts"].map((name) => `${FOLDER}/${name} missing`);
    const sums = `${FOLDER}/.checksums.json missing`;
    assert.deepEqual(await names("types"), [...types, sums]);
    assert.deepEqual(await names("schema"), schema);
    assert.deepEqual(await names("all"), [...types, ...schema, sums]);
    assert.equal(await system.files.info(join(project.root, "server")), null);
  }));

Deno.test("writeGenerated: writes the rendered bytes, then nothing", () =>
  inProject(async (system, project) => {
    assert.equal((await writeGenerated(system, project, "all")).length, 5);
    for (const [name, text] of Object.entries({ ...renderTypes(), ...renderSystemSchema() })) {
      assert.equal(await read(project, name), text);
    }
    const before = await system.files.info(join(project.generated, "sys_schema.ts"));
    assert.deepEqual(await writeGenerated(system, project, "all"), []);
    assert.deepEqual(await system.files.info(join(project.generated, "sys_schema.ts")), before);
  }));

Deno.test("writeGenerated: restores what was edited, and keeps foreign checksums", () =>
  inProject(async (system, project) => {
    await writeGenerated(system, project, "all");
    await edit(project, "server-types.d.ts", (text) => text.replace(' | "dev"', ""));
    await edit(project, ".checksums.json", () => '{"other":"sha256-1","server_types":"sha256-2"}');
    const { files } = await planGenerated(system, project, "types");
    assert.deepEqual(files.map(({ state, symbols }) => [state, symbols]), [
      ["same", []],
      ["differs", ["DeploymentEnv"]],
      ["differs", []],
    ]);
    assert.deepEqual(await writeGenerated(system, project, "types"), [
      `${FOLDER}/server-types.d.ts`,
      `${FOLDER}/.checksums.json`,
    ]);
    assert.equal(await read(project, "server-types.d.ts"), renderTypes()["server-types.d.ts"]);
    const sums = JSON.parse(await read(project, ".checksums.json")) as Record<string, string>;
    assert.deepEqual(Object.keys(sums), ["other", "server_types"]);
    assert.match(sums.server_types!, /^sha256-[0-9a-f]{64}$/);
  }));

Deno.test("planGenerated: a checkout with CRLF is the same", () =>
  inProject(async (system, project) => {
    await writeGenerated(system, project, "all");
    await edit(project, "sys_schema.ts", (text) => text.replaceAll("\n", "\r\n"));
    assert.deepEqual(await writeGenerated(system, project, "all"), []);
  }));

Deno.test("pullGenerated: names what to read again, and frees the lock", () =>
  inProject(async (system, project) => {
    const first = await pullGenerated(system, project, "types");
    assert.equal(first.changed.length, 3);
    assert.deepEqual(first.reread, [`${FOLDER}/edgespark.d.ts`, `${FOLDER}/server-types.d.ts`]);
    assert.deepEqual(await pullGenerated(system, project, "types"), { changed: [], reread: [] });
  }));

Deno.test("checkTypes: stale before the first pull, up to date after it, blind to the system tables", () =>
  inProject(async (system, project) => {
    assert.equal((await checkTypes(system, project)).upToDate, false);
    await writeGenerated(system, project, "types");
    const { upToDate, differs } = await checkTypes(system, project);
    assert.deepEqual({ upToDate, differs }, { upToDate: true, differs: [] });
    await edit(project, "edgespark.d.ts", (text) => `${text}// edited\n`);
    assert.deepEqual((await checkTypes(system, project)).differs, [`${FOLDER}/edgespark.d.ts`]);
  }));
