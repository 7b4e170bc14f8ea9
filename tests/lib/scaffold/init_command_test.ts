import assert from "node:assert/strict";
import { join } from "@std/path";
import { say } from "../../support/say.ts";

/** Runs a test in an empty folder. */
async function inFolder(test: (cwd: string) => Promise<void>): Promise<void> {
  const cwd = await Deno.makeTempDir();
  try {
    await test(cwd);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test("init: makes the project, then refuses to do it again", () =>
  inFolder(async (cwd) => {
    const { code, json, err } = await say("init shop -a gemini --json", { cwd });
    assert.equal(code, 0, err);
    assert.deepEqual([json.path, json.agentFile], [join(cwd, "shop"), "GEMINI.md"]);
    const again = await say("init shop --agent gemini --json", { cwd });
    assert.deepEqual([again.code, again.json.error.code], [5, "FOLDER_EXISTS"]);
  }));

Deno.test("init: says what comes next", () =>
  inFolder(async (cwd) => {
    const { out } = await say("init shop --agent codex", { cwd });
    assert.match(out, /\n {2}\(cd shop\/server && npm install\)\n/);
    assert.match(out, /\n {2}edgespark deploy\n$/);
  }));

Deno.test("init: without an agent and without a terminal it lists the agents", () =>
  inFolder(async (cwd) => {
    const { code, json } = await say("init shop --json", { cwd });
    assert.deepEqual([code, json.error.code], [2, "MISSING_AGENT"]);
    assert.match(json.error.hint, /claude, codex, gemini/);
    assert.deepEqual([...Deno.readDirSync(cwd)], []);
  }));

Deno.test("init: the agent may come from the environment", () =>
  inFolder(async (cwd) => {
    const { json } = await say("init shop --json", {
      cwd,
      env: { EDGESPARK_AGENT_NAME: "claude" },
    });
    assert.equal(json.agentFile, "CLAUDE.md");
  }));

Deno.test("init: refuses a name that is none", () =>
  inFolder(async (cwd) => {
    const { code, json } = await say("init ../shop --agent codex --json", { cwd });
    assert.deepEqual([code, json.error.code], [2, "BAD_NAME"]);
  }));
