import { fromFileUrl, join } from "@std/path";
import { Failure } from "../failure.ts";
import { sha256 } from "../hex.ts";
import type { Assets } from "../ports/assets.ts";
import { cacheFolder, tempFolder } from "./paths.ts";

/** Set by the build: where the assets lie beside the bundle. */
declare const EDGESPARK_ASSETS: string | undefined;

const BASE = new URL(
  typeof EDGESPARK_ASSETS === "string" ? EDGESPARK_ASSETS : "../../.build/assets/",
  import.meta.url,
);

/** The assets of this very program: checkout, bundle (also from a URL) or executable. */
export function denoAssets(compiled: boolean): Assets {
  return {
    text: async (name) => new TextDecoder().decode(await load(name)),
    bytes: load,
    file: (
      name,
    ) => (BASE.protocol === "file:" && !compiled
      ? Promise.resolve(fromFileUrl(new URL(name, BASE)))
      : extract(name)),
  };
}

async function load(name: string): Promise<Uint8Array> {
  const url = new URL(name, BASE);
  try {
    if (url.protocol === "file:") return await Deno.readFile(url);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new Failure("failed", "ASSET_MISSING", `A part of this program is missing: \`${name}\``, {
      hint: "In a checkout run `deno task prepare`; else install the program again",
      details: { asset: name },
      cause,
    });
  }
}

/** Writes an asset under a name with its hash, once; what lies there is compared before it is used. */
async function extract(name: string): Promise<string> {
  const bytes = await load(name);
  const digest = await sha256(bytes);
  const folder = join(
    cacheFolder() ?? join(tempFolder(), `edgespark-${Deno.uid() ?? "user"}`),
    digest.slice(0, 16),
  );
  const path = join(folder, name);
  if (await sameFile(path, bytes)) return path;
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const temp = join(folder, `.${crypto.randomUUID()}.tmp`);
  await Deno.writeFile(temp, bytes, { createNew: true, mode: 0o755 });
  await Deno.rename(temp, path);
  return path;
}

async function sameFile(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    const stat = await Deno.lstat(path);
    if (
      !stat.isFile || stat.size !== bytes.length || (stat.uid !== null && stat.uid !== Deno.uid())
    ) return false;
    const there = await Deno.readFile(path);
    return there.every((byte, index) => byte === bytes[index]);
  } catch {
    return false;
  }
}
