import { COMMANDS } from "../../commands/mod.ts";
import { run } from "../../lib/cli/run.ts";
import { testSystem, type WorldOptions } from "./system.ts";

/** What a sentence to the program came to. */
export interface Said {
  code: number;
  out: string;
  err: string;
  /** The answer in JSON, when stdout is one line of it. */
  // deno-lint-ignore no-explicit-any -- a test knows what it asked for
  json: any;
}

/** Says one sentence to the real command tree: `await say("db generate --json", { cwd })`. */
export async function say(line: string | string[], world: WorldOptions): Promise<Said> {
  const system = testSystem(world);
  const args = Array.isArray(line) ? line : line.split(/\s+/).filter(Boolean);
  const code = await run(args, system, COMMANDS);
  const { out, err } = system.words;
  const text = out || err;
  return {
    code,
    out,
    err,
    json: text.startsWith("{") && text.trimEnd().split("\n").length === 1
      ? JSON.parse(text)
      : undefined,
  };
}
