import { COMMANDS } from "../../../commands/mod.ts";
import { run } from "../../../lib/cli/run.ts";
import { say } from "../../support/say.ts";
import type { Said } from "../../support/say.ts";
import { testSystem } from "../../support/system.ts";

/** A project with the applied buckets `uploads` and `avatars`, spoken to by whole sentences. */
export interface ObjectsWorld {
  cwd: string;
  /** A folder beside the project. */
  outside: string;
  say(words: string[], stdin?: string): Promise<Said>;
  /** What a sentence writes to stdout as bytes, as text. */
  pipe(words: string[]): Promise<{ code: number; text: string; err: string }>;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
}

const STORAGE = ["uploads", "avatars"].map((name) =>
  `export const ${name} = { bucket_name: "${name}", description: "Files" };\n`
).join("");

/** A project in a folder of its own. */
export async function objectsWorld(work: (world: ObjectsWorld) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const [cwd, outside] = [`${root}/app`, `${root}/outside`];
  try {
    await Deno.mkdir(`${cwd}/server/src/defs`, { recursive: true });
    await Deno.mkdir(outside);
    await Deno.writeTextFile(`${cwd}/edgespark.toml`, "");
    await Deno.writeTextFile(`${cwd}/server/src/defs/storage_schema.ts`, STORAGE);
    const applied = await say("storage apply", { cwd });
    if (applied.code !== 0) throw new Error(applied.err);
    await work({
      cwd,
      outside,
      say: (words, stdin) => say(["storage", ...words], { cwd, stdin }),
      async pipe(words) {
        const system = testSystem({ cwd });
        const code = await run(["storage", ...words], system, COMMANDS);
        const text = new TextDecoder().decode(new Uint8Array(system.bytes));
        return { code, text: system.words.out + text, err: system.words.err };
      },
      write: (path, text) => Deno.writeTextFile(path, text),
      read: (path) => Deno.readTextFile(path),
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
