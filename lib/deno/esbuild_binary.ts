import { Failure } from "../failure.ts";
import type { Assets, AssetStamp } from "../ports/assets.ts";

/** The asset's name: Windows starts no program whose name has no extension. */
export function bundlerAsset(windows: boolean): string {
  return windows ? "esbuild-bin.exe" : "esbuild-bin";
}

/**
 * Says which esbuild program is run: our own, whatever the environment or a project names.
 *
 * From source that is the one of the pinned npm package. A bundle or an executable has no npm
 * packages: there it is an asset, which an executable writes to the user's cache folder under a name
 * with its hash. What lies there is used only while no other user can have touched it; it is not
 * hashed again at each run, because who can write there as this user can replace this program as well.
 *
 * @throws Failure TOOL_UNTRUSTED (tool) when what lies there may not be ours.
 */
export async function useOwnEsbuild(assets: Assets, compiled: boolean): Promise<void> {
  Deno.env.delete("ESBUILD_BINARY_PATH");
  const name = bundlerAsset(Deno.build.os === "windows");
  const stamp = await stampOf(assets, name, compiled);
  if (stamp === null) return;
  const path = await assets.file(name, stamp);
  await verify(path, stamp.size);
  Deno.env.set("ESBUILD_BINARY_PATH", path);
}

/** What the build noted beside the asset; null when this program runs from source. */
async function stampOf(
  assets: Assets,
  name: string,
  compiled: boolean,
): Promise<AssetStamp | null> {
  try {
    return JSON.parse(await assets.text(`${name}.json`));
  } catch (error) {
    if (compiled) throw error;
    return null;
  }
}

async function verify(path: string, size: number): Promise<void> {
  const refuse = (reason: string) =>
    new Failure("tool", "TOOL_UNTRUSTED", `\`${path}\` ${reason}, so it is not run`, {
      hint: `Remove \`${path}\` and run the command again`,
      details: { file: path, reason },
    });
  const stat = await Deno.lstat(path);
  if (!stat.isFile) throw refuse("is not a plain file");
  if (stat.size !== size) throw refuse("is not the bundler of this program");
  // Windows has neither: there a file's mode is made up.
  if (stat.uid === null || stat.mode === null) return;
  if (stat.uid !== Deno.uid() && stat.uid !== 0) throw refuse("belongs to another user");
  if ((stat.mode & 0o022) !== 0) throw refuse("can be changed by other users");
  if ((stat.mode & 0o100) === 0) await Deno.chmod(path, 0o755);
}
