import assert from "node:assert/strict";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { content, type World } from "./world.ts";

/**
 * Deploys an app that makes attempts and says what came of each: `worked: <answer>`, or
 * `failed: <name>: <message>` with the error's code in brackets where it has one.
 */
export async function outcomes(
  world: World,
  head: string,
  attempts: Record<string, string>,
  together = false,
): Promise<Record<string, string>> {
  const platform = await openLocalPlatform(world.system, world.project);
  try {
    const list = Object.entries(attempts).map(([name, code]) =>
      `[${JSON.stringify(name)}, async () => { ${code} }]`
    );
    const app = content(`{
      async fetch() {
        const told = {};
        const tell = async ([name, attempt]) => {
          const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), 5000));
          try { told[name] = "worked: " + String(await Promise.race([attempt(), late])); }
          catch (error) {
            told[name] = "failed: " + error?.name + ": " + error?.message;
            if (error?.code) told[name] += " (" + error.code + ")";
          }
        };
        const attempts = [${list.join(",\n")}];
        if (${together}) await Promise.all(attempts.map(tell));
        else for (const attempt of attempts) await tell(attempt);
        return new Response(JSON.stringify(told));
      },
    }`);
    const { url } = await platform.deployments.deploy({
      ...app,
      bundle: new TextEncoder().encode(head + new TextDecoder().decode(app.bundle)),
    });
    const answer = await fetch(`${url}/api/public/x`);
    assert.equal(answer.status, 200, await answer.clone().text());
    return JSON.parse(await answer.text());
  } finally {
    platform.close();
  }
}

export function assertAllFailed(told: Record<string, string>): void {
  assert.ok(Object.keys(told).length > 0);
  assert.deepEqual(Object.entries(told).filter(([, how]) => !how.startsWith("failed: ")), []);
}
