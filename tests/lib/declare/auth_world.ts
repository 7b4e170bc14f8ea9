import assert from "node:assert/strict";
import { type Said, say } from "../../support/say.ts";
import { copy } from "../../support/copy.ts";

/** A project with an auth config, spoken to by whole sentences. */
export interface AuthWorld {
  cwd: string;
  say(line: string): Promise<Said>;
  read(): Promise<string>;
  write(text: string | Uint8Array): Promise<void>;
  /**
   * Somebody with a checkout of their own applies this file to the same platform, as when several
   * people work on one server.
   */
  somebodyApplies(text: string): Promise<void>;
}

export const AUTH_FILE = "configs/auth-config.yaml";

/** A project in a folder of its own. */
export async function authWorld(work: (world: AuthWorld) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const cwd = `${root}/app`;
  const other = `${root}/other`;
  try {
    for (const folder of ["configs", "server/src/defs"]) {
      await Deno.mkdir(`${cwd}/${folder}`, { recursive: true });
    }
    await Deno.writeTextFile(`${cwd}/edgespark.toml`, "");
    await Deno.writeTextFile(
      `${cwd}/server/src/defs/runtime.ts`,
      "export type VarKey = never;\nexport type SecretKey = never;\n",
    );
    await work({
      cwd,
      say: (line) => say(line, { cwd }),
      read: () => Deno.readTextFile(`${cwd}/${AUTH_FILE}`),
      write: (text) =>
        typeof text === "string"
          ? Deno.writeTextFile(`${cwd}/${AUTH_FILE}`, text)
          : Deno.writeFile(`${cwd}/${AUTH_FILE}`, text),
      async somebodyApplies(text) {
        await copy(cwd, other);
        await Deno.remove(`${other}/.edgespark/auth-base.json`).catch(() => {});
        await Deno.remove(`${other}/.edgespark/local`, { recursive: true }).catch(() => {});
        await Deno.symlink(`${cwd}/.edgespark/local`, `${other}/.edgespark/local`);
        await Deno.writeTextFile(`${other}/${AUTH_FILE}`, text);
        const { hash } = (await say("auth apply --dry-run --json", { cwd: other })).json;
        const said = await say(`auth apply --plan ${hash} --confirm-dangerous`, { cwd: other });
        assert.equal(said.code, 0, said.err);
        await Deno.remove(other, { recursive: true });
      },
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
