import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { localDeployments } from "../../../../lib/platform/local/deployments.ts";
import { openControl } from "../../../../lib/platform/local/control/store.ts";
import { localPaths } from "../../../../lib/platform/local/paths.ts";
import { openProject } from "../../../../lib/project/project.ts";
import { ProgramWorld } from "../../../support/program_world.ts";
import { testSystem } from "../../../support/system.ts";
import { findTraces, tracesIn } from "../../../support/traces.ts";

/** Answers with the digest of the secret, so that the test knows that the app has it. */
const APP = `
const runtime = () => globalThis[Symbol.for("edgespark.runtime")];
export default { async fetch() {
  console.log("asked for the secret");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(runtime().secret.get("CANARY") ?? ""));
  return new Response(new Uint8Array(digest).toHex());
} };
`;

Deno.test("one secret through command, page, server and app leaves no trace anywhere", async () => {
  await using world = await ProgramWorld.make(["CANARY"]);
  // Two lines, so that a part alone is found too, and letters that URLs, JSON, forms and Base64 change.
  const parts = [crypto.randomUUID(), crypto.randomUUID()];
  const canary = parts.join(' "+/&=%\u00e4\n');
  const temp = `${world.root}/temp`;
  await Deno.mkdir(temp);
  const said: Record<string, string> = {};
  const say = async (...words: string[]) => {
    const answer = await world.say(...words);
    said[words.join(" ")] = answer.out + answer.err;
    assert.equal(answer.code, 0, answer.err);
    return answer.out;
  };
  const clean = async (when: string) => {
    for (const text of [canary, ...parts]) {
      assert.deepEqual(await findTraces(text, [world.root]), [], when);
      assert.deepEqual(tracesIn(text, said), [], when);
    }
  };
  world.env.TMPDIR = temp;

  // The search finds what is there, in each form
  {
    for (const form of ["utf8", "hex", "base64", "base64url"] as const) {
      await Deno.writeTextFile(`${temp}/x`, `!${Buffer.from(`?${canary}?`).toString(form)}`);
      assert((await findTraces(canary, [temp])).length > 0, form);
    }
    await Deno.writeTextFile(`${temp}/x`, encodeURIComponent(canary));
    assert((await findTraces(canary, [temp])).length > 0);
    await Deno.remove(`${temp}/x`);
    const env = { CANARY: canary };
    const child = new Deno.Command("sleep", { args: ["60"], env, stdin: "null" }).spawn();
    try {
      if (Deno.build.os === "linux") {
        const found = await findTraces(canary, [temp]);
        assert(found.some((place) => place.startsWith(`/proc/${child.pid}/environ`)), `${found}`);
      }
    } finally {
      child.kill();
      await child.status;
    }
  }

  // The server runs before the value is there
  {
    await say("serve", "--detach", "--json");
    await deploy(world, APP);
  }

  // The value is typed, while a command waits
  {
    const waiting = world.start("secret", "set", "CANARY", "--wait", "5m", "--json");
    const err = waiting.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let words = "";
    while (!words.includes("\n")) words += (await err.read()).value ?? assert.fail(words);
    const url: string = JSON.parse(words).warning.message;
    const saved = await fetch(url, {
      method: "POST",
      headers: { origin: new URL(url).origin },
      body: new URLSearchParams({ CANARY: canary }),
    });
    assert.equal(saved.status, 200);
    said["the page"] = await saved.text() + JSON.stringify([...saved.headers]);
    said["used page"] = await (await fetch(url)).text();
    said["waiting command"] = words + await new Response(waiting.stdout).text();
    assert.equal(JSON.parse(said["waiting command"].split("\n")[1]!).state, "set");
    // The page's own process still runs here, and the app's has the value.
    assert((await world.pages()).length > 0 || Deno.build.os !== "linux");
    await err.cancel();
    await waiting.status;
    await clean("after the page");
  }

  // The app gets it
  {
    const { url } = JSON.parse(await say("status", "--json"));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canary));
    const expected = new Uint8Array(digest).toHex();
    let answer = "";
    while (answer !== expected) {
      answer = await (await fetch(`${url}/api/public/x`)).text();
      if (answer !== expected) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    said["the app"] = answer;
    await clean("while the app has it");
  }

  // Commands that look at secrets and logs
  {
    await say("secret", "list", "--json");
    await say("secret", "check", "--json");
    await say("var", "list");
    await say("secret", "delete", "CANARY", "--confirm-dangerous");
    await say("stop", "--json");
    await clean("at the end");
  }
});

async function deploy(world: ProgramWorld, code: string): Promise<void> {
  const system = testSystem({ cwd: world.cwd, env: { EDGESPARK_STATE_DIR: world.state } });
  const project = await openProject(system, undefined);
  const control = openControl(localPaths(project).control);
  try {
    await localDeployments(system, project, control).deploy({
      bundle: new TextEncoder().encode(code),
      sourceMap: null,
      assets: null,
      routes: [{ method: "GET", path: "/api/public/x", access: "public" }],
    });
  } finally {
    control.close();
  }
}
