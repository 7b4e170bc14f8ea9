import { dirname, join } from "@std/path";
import { fixtureModules } from "../../support/fixtures.ts";
import { scaffoldFiles } from "../../../lib/scaffold/scaffold.ts";
import { templateAssets } from "../scaffold/template_assets.ts";

/** The compilers that a project may have; both must accept what we write. */
export const COMPILERS = ["typescript/lib/tsc.js", "typescript7/bin/tsc"];

/** Path relative to `server/` -> text; null removes a file. */
export type Changes = Record<string, string | null>;

/** Options of `typeCheck`. */
export interface TypeCheckOptions {
  /** What differs from a fresh project. */
  changes?: Changes;
  /** `false`: no packages are installed. */
  installed?: boolean;
}

/**
 * Writes the server of a fresh project into a temp folder and type-checks it with each compiler.
 *
 * @returns the compilers' lines; empty when there is nothing to complain about.
 */
export async function typeCheck(options: TypeCheckOptions = {}): Promise<string[]> {
  const root = await Deno.makeTempDir();
  try {
    await writeServer(root, options.changes ?? {});
    const modules = join(fixtureModules(), "node_modules");
    if (options.installed ?? true) {
      await Deno.symlink(modules, join(root, "node_modules"), { type: "dir" });
    }
    const lines: string[] = [];
    for (const compiler of COMPILERS) {
      const result = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", join(modules, compiler), "--noEmit", "--pretty", "false"],
        cwd: root,
      }).output();
      const text = new TextDecoder().decode(result.stdout) +
        new TextDecoder().decode(result.stderr);
      lines.push(...text.split("\n").filter((line) => line.trim() !== ""));
      if (result.code !== 0 && text.trim() === "") {
        lines.push(`${compiler} ended with ${result.code}`);
      }
    }
    return lines;
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function writeServer(root: string, changes: Changes): Promise<void> {
  const scaffold = await scaffoldFiles(templateAssets(), {
    name: "app",
    agent: "codex",
    projectId: "id",
  });
  const server: Changes = {};
  for (const { path, content } of scaffold) {
    if (path.startsWith("server/")) server[path.slice("server/".length)] = content as string;
  }
  for (const [path, text] of Object.entries({ ...server, ...changes })) {
    if (text === null) continue;
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  }
}
