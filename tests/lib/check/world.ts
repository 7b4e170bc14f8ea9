import { dirname, join } from "@std/path";
import { ROOT } from "../../support/fixtures.ts";
import { type Said, say } from "../../support/say.ts";
import { scaffoldFiles } from "../../../lib/scaffold/scaffold.ts";
import { templateAssets } from "../scaffold/template_assets.ts";

/** A project to be checked. */
export interface CheckWorld {
  root: string;
  say(line: string | string[]): Promise<Said>;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  remove(path: string): Promise<void>;
}

/** Runs a test in a fresh project from the template, with `files` put over it. */
export async function inProject(
  files: Record<string, string>,
  test: (world: CheckWorld) => Promise<void>,
): Promise<void> {
  const parent = await Deno.makeTempDir();
  const root = join(parent, "app");
  const world: CheckWorld = {
    root,
    say: (line) => say(line, { cwd: root }),
    async write(path, text) {
      await Deno.mkdir(dirname(join(root, path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    },
    read: (path) => Deno.readTextFile(join(root, path)),
    remove: (path) => Deno.remove(join(root, path), { recursive: true }),
  };
  try {
    const scaffold = await scaffoldFiles(templateAssets(), {
      name: "app",
      agent: "claude",
      projectId: "00000000-0000-4000-8000-000000000000",
    });
    for (const { path, content } of scaffold) await world.write(path, content as string);
    for (const [path, text] of Object.entries(files)) await world.write(path, text);
    await test(world);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

/** Runs the program as a user does, in a process of its own. */
export async function runProgram(
  world: CheckWorld,
  args: string[],
  options: { flags?: string[]; env?: Record<string, string> } = {},
): Promise<{ code: number; out: string; err: string }> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...options.flags ?? ["-A"], "--no-check", join(ROOT, "main.ts"), ...args],
    cwd: world.root,
    env: { EDGESPARK_STATE_DIR: join(world.root, "..", ".test-state"), ...options.env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    out: decoder.decode(output.stdout),
    err: decoder.decode(output.stderr),
  };
}
