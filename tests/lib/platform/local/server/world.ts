import { join } from "@std/path";
import type { System } from "../../../../../lib/ports/system.ts";
import type { DeploymentContent } from "../../../../../lib/platform/platform.ts";
import type { Project } from "../../../../../lib/project/project.ts";
import { openProject } from "../../../../../lib/project/project.ts";
import { testSystem } from "../../../../support/system.ts";

/** A project of its own in a temp folder; `end` stops its server and removes it. */
export interface World {
  system: System;
  project: Project;
  abort(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function newWorld(
  toml = 'project_id = "test"\n',
  env: Record<string, string> = {},
): Promise<World> {
  const folder = await Deno.makeTempDir({ prefix: "edgespark-server-" });
  const root = join(folder, "project");
  await Deno.mkdir(root);
  await Deno.writeTextFile(join(root, "edgespark.toml"), toml);
  const system = testSystem({ cwd: root, env });
  const project = await openProject(system, root);
  return {
    system,
    project,
    abort: () => system.abort(),
    async [Symbol.asyncDispose]() {
      const { localAppServer } = await import(
        "../../../../../lib/platform/local/server/app_server.ts"
      );
      await localAppServer(testSystem({ cwd: root }), project).stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A deployable app whose default export is `code`, an expression with a `fetch`. */
export function content(code: string): DeploymentContent {
  return {
    bundle: new TextEncoder().encode(`export default ${code};\n`),
    sourceMap: null,
    assets: null,
    routes: [{ method: "GET", path: "/api/public/x", access: "public" }],
  };
}

/** An app that always answers the same text. */
export function says(text: string): DeploymentContent {
  return content(`{ fetch: () => new Response(${JSON.stringify(text)}) }`);
}

/** Whether a process runs; one that only waits to be collected does not. */
export async function lives(pid: number): Promise<boolean> {
  if (Deno.build.os === "linux") {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
    return stat !== "" && !/\) [ZX] /.test(stat);
  }
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)] })
    .output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

/** Whether this machine has an address; containers often lack `::1`. */
export function hasAddress(hostname: string): boolean {
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

/** Waits until something holds; fails after `ms`. */
export async function until(what: () => Promise<boolean>, ms = 15_000): Promise<void> {
  for (const deadline = Date.now() + ms; Date.now() < deadline;) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`It did not come true within ${ms} ms: ${what}`);
}

/** The text of an answer. */
export async function get(url: string): Promise<string> {
  return await (await fetch(url)).text();
}
