import assert from "node:assert/strict";
import { join } from "@std/path";
import type { System } from "../../../lib/ports/system.ts";
import { initProject } from "../../../lib/scaffold/init_project.ts";
import { testSystem } from "../../support/system.ts";
import { templateAssets } from "./template_assets.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Runs a test in an empty folder. */
async function inFolder(test: (parent: string, system: System) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  try {
    await test(parent, { ...testSystem({ cwd: parent }), assets: templateAssets() });
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("initProject: writes a project and says what comes next", () =>
  inFolder(async (parent, system) => {
    const result = await initProject(system, { name: "my-app", agent: "claude", parent });
    assert.equal(result.path, join(parent, "my-app"));
    assert.match(result.projectId, UUID);
    assert.equal(result.agentFile, "CLAUDE.md");
    assert.deepEqual(result.next, [
      "(cd my-app/server && npm install)",
      "(cd my-app/web && npm install)",
      "cd my-app",
      "edgespark auth apply",
      "edgespark deploy",
    ]);
    assert.deepEqual(names(parent), ["my-app"]);
    for (const file of result.files) assert.ok(Deno.statSync(join(result.path, file)).isFile);
    const toml = await Deno.readTextFile(join(result.path, "edgespark.toml"));
    assert.ok(toml.includes(`project_id = "${result.projectId}"`));
  }));

Deno.test("initProject: an empty folder may stand there, and every project has an id of its own", () =>
  inFolder(async (parent, system) => {
    await Deno.mkdir(join(parent, "a"));
    const a = await initProject(system, { name: "a", agent: "codex", parent });
    const b = await initProject(system, { name: "b", agent: "codex", parent });
    assert.notEqual(a.projectId, b.projectId);
    assert.deepEqual(names(parent), ["a", "b"]);
  }));

Deno.test("initProject: refuses a folder with something in it, a file and a link", () =>
  inFolder(async (parent, system) => {
    await Deno.mkdir(join(parent, "full"));
    await Deno.writeTextFile(join(parent, "full", "mine.txt"), "mine");
    await Deno.writeTextFile(join(parent, "file"), "mine");
    await Deno.symlink(join(parent, "nowhere"), join(parent, "link"));
    for (const name of ["full", "file", "link"]) {
      await assert.rejects(initProject(system, { name, agent: "codex", parent }), {
        kind: "conflict",
        code: "FOLDER_EXISTS",
      });
    }
    assert.deepEqual(names(parent), ["file", "full", "link"]);
    assert.deepEqual(names(join(parent, "full")), ["mine.txt"]);
  }));

Deno.test("initProject: a failure half-way leaves nothing", () =>
  inFolder(async (parent, system) => {
    let written = 0;
    const files = { ...system.files };
    files.write = (path, content) => {
      if (++written === 10) return Promise.reject(new Error("disk full"));
      return system.files.write(path, content);
    };
    await assert.rejects(
      initProject({ ...system, files }, { name: "a", agent: "codex", parent }),
      /disk full/,
    );
    assert.deepEqual(names(parent), []);
  }));

Deno.test("initProject: what appears in the folder meanwhile is not overwritten", () =>
  inFolder(async (parent, system) => {
    const files = { ...system.files };
    files.write = async (path, content) => {
      await Deno.mkdir(join(parent, "a"), { recursive: true });
      await Deno.writeTextFile(join(parent, "a", "mine.txt"), "mine");
      await system.files.write(path, content);
    };
    await assert.rejects(initProject({ ...system, files }, { name: "a", agent: "codex", parent }), {
      code: "FOLDER_EXISTS",
    });
    assert.deepEqual(names(parent), ["a"]);
    assert.deepEqual(names(join(parent, "a")), ["mine.txt"]);
  }));

Deno.test("initProject: Ctrl-C leaves nothing", () =>
  inFolder(async (parent, system) => {
    const signal = AbortSignal.abort();
    await assert.rejects(initProject({ ...system, signal }, { name: "a", agent: "codex", parent }));
    assert.deepEqual(names(parent), []);
  }));
