import { join } from "@std/path";
import type { System } from "../ports/system.ts";
import type { ToolCommand } from "../ports/tools.ts";
import type { Project } from "../project/project.ts";
import { modulesOf } from "./tsc.ts";

/** A large project on a slow machine, ms. */
const TIMEOUT = 2 * 60_000;

/** What `drizzle-kit generate --output json` of version 1.0 says. Not to be taken as a proof of success. */
export interface KitAnswer {
  status: string;
  unresolved?: { type: string; kind: string; entity: string[] }[];
  error?: { code?: string; message?: string };
}

/**
 * How this project's own drizzle-kit is run here, or why it cannot be. It evaluates the project's schema
 * and is no part of the sandbox: under Deno it may read, and write to `folder`, and nothing else; Node,
 * which takes its place where no Deno is, has no such bounds. It never gets a terminal to ask on.
 */
export async function drizzleKitCommand(
  system: System,
  project: Project,
  folder: string,
  args: string[],
): Promise<ToolCommand | { missing: string; fix: string }> {
  const base = { cwd: project.server, timeout: TIMEOUT, env: { CI: "1", NO_COLOR: "1" } };
  for (const modules of modulesOf(project)) {
    const script = join(modules, "drizzle-kit", "bin.cjs");
    if (!await system.files.info(script)) continue;
    const deno = system.reentry.compiled
      ? await system.tools.find("deno")
      : system.reentry.command("sandbox", {}, []).program;
    if (deno) {
      const flags = [
        ...["--quiet", "--no-prompt", "--no-remote", "--no-config", "--no-lock"],
        // Else packages are looked up in Deno's own store.
        "--node-modules-dir=manual",
      ];
      const grants = ["--allow-read", `--allow-write=${folder.replaceAll(",", ",,")}`];
      return {
        ...base,
        program: deno,
        args: ["run", ...flags, ...grants, "--allow-env", "--allow-sys", script, ...args],
      };
    }
    const node = await system.tools.find("node");
    if (node) return { ...base, program: node, args: [script, ...args] };
    return {
      missing: "neither Node nor Deno is on PATH to run it",
      fix: "Install one of them, then run `edgespark db generate` again",
    };
  }
  return {
    missing: "it is not installed in the project",
    fix: `Run \`cd ${project.config.serverPath} && npm install\``,
  };
}

/** The answer in what drizzle-kit printed; null when there is none. */
export function readKitAnswer(stdout: string): KitAnswer | null {
  const line = stdout.split(/\r?\n/).findLast((text) => text.startsWith("{"));
  try {
    const value = JSON.parse(line ?? "");
    return typeof value?.status === "string" ? value : null;
  } catch {
    return null;
  }
}
