import { dirname, fromFileUrl, join } from "@std/path";
import { Failure } from "../failure.ts";
import { sha256 } from "../hex.ts";
import type { Assets, AssetStamp } from "../ports/assets.ts";
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
    file: (name, known) =>
      BASE.protocol === "file:" && !compiled
        ? Promise.resolve(fromFileUrl(new URL(name, BASE)))
        : extract(name, known),
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

/**
 * Writes an asset under a name with its hash, once, whole and through to the disk. What lies there is
 * compared before it is used: with its bytes, or with what the build has noted of it.
 */
async function extract(name: string, known?: AssetStamp): Promise<string> {
  if (known) {
    const path = pathOf(name, known.digest);
    if (await isOwn(path, known.size)) return path;
  }
  const bytes = await load(name);
  const path = pathOf(name, await sha256(bytes));
  if (!known && await sameFile(path, bytes)) return path;
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temp = join(dirname(path), `.${crypto.randomUUID()}.tmp`);
  await Deno.writeFile(temp, bytes, { createNew: true, mode: 0o755 });
  const file = await Deno.open(temp, { read: true, write: true });
  try {
    await file.sync();
  } finally {
    file.close();
  }
  await Deno.rename(temp, path);
  return path;
}

function pathOf(name: string, digest: string): string {
  const folder = cacheFolder() ?? join(tempFolder(), `edgespark-${Deno.uid() ?? "user"}`);
  return join(folder, digest.slice(0, 16), name);
}

async function isOwn(path: string, size: number): Promise<boolean> {
  try {
    const stat = await Deno.lstat(path);
    return stat.isFile && stat.size === size && (stat.uid === null || stat.uid === Deno.uid());
  } catch {
    return false;
  }
}

async function sameFile(path: string, bytes: Uint8Array): Promise<boolean> {
  if (!await isOwn(path, bytes.length)) return false;
  const there = await Deno.readFile(path).catch(() => new Uint8Array());
  return there.length === bytes.length && there.every((byte, index) => byte === bytes[index]);
}
