import { Failure } from "../failure.ts";
import type { Assets } from "../ports/assets.ts";
import { sha256 } from "../hex.ts";

const NAME = "esbuild-bin";

/**
 * Says which esbuild program is run: our own, whatever the environment or a project names.
 *
 * From source that is the one of the pinned npm package. A bundle or an executable has no npm
 * packages: there it is an asset, written to the user's cache folder under a name with its hash, and
 * checked before it is used, because other programs of the user could have changed it since.
 *
 * @throws Failure TOOL_UNTRUSTED (tool) when what lies there is not ours.
 */
export async function useOwnEsbuild(assets: Assets, compiled: boolean): Promise<void> {
  Deno.env.delete("ESBUILD_BINARY_PATH");
  const digest = await expectedDigest(assets, compiled);
  if (digest === null) return;
  const path = await assets.file(NAME);
  await verify(path, digest);
  Deno.env.set("ESBUILD_BINARY_PATH", path);
}

/** The asset's SHA-256, which stands beside it; null when this program runs from source. */
async function expectedDigest(assets: Assets, compiled: boolean): Promise<string | null> {
  try {
    return (await assets.text(`${NAME}.sha256`)).trim();
  } catch (error) {
    if (compiled) throw error;
    return null;
  }
}

async function verify(path: string, digest: string): Promise<void> {
  const refuse = (reason: string) =>
    new Failure("tool", "TOOL_UNTRUSTED", `\`${path}\` ${reason}, so it is not run`, {
      hint: `Remove \`${path}\` and run the command again`,
      details: { file: path, reason },
    });
  const stat = await Deno.lstat(path);
  if (!stat.isFile) throw refuse("is not a plain file");
  if (stat.uid !== null && stat.uid !== Deno.uid() && stat.uid !== 0) {
    throw refuse("belongs to another user");
  }
  if (stat.mode !== null && (stat.mode & 0o022) !== 0) {
    throw refuse("can be changed by other users");
  }
  const bytes = await Deno.readFile(path);
  const actual = await sha256(bytes);
  if (actual !== digest) throw refuse("is not the bundler of this program");
  if (stat.mode !== null && (stat.mode & 0o100) === 0) await Deno.chmod(path, 0o755);
}
