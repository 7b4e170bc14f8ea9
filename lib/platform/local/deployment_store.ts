import { dirname, join } from "@std/path";
import { Failure } from "../../failure.ts";
import { sha256 } from "../../hex.ts";
import type { DeploymentContent } from "../platform.ts";

/** What stands in a deployment's `manifest.json`. */
export interface DeploymentManifest {
  id: string;
  /** `sha256-<hex>` of `bundle.js`. */
  digest: string;
  sourceMap: boolean;
  /** SHA-256 of `bundle.js.map`, hex; absent without one, and in what older versions stored. */
  sourceMapDigest?: string;
  /** Path relative to `assets/` -> SHA-256 of the file, hex. Null: no web part. */
  assets: Record<string, string> | null;
  routes: DeploymentContent["routes"];
}

/**
 * Stores a deployment below `folder` under its content's address: the first 12 hex digits of the SHA-256
 * over bundle, source map, assets and settings; the map counts because stacks must name today's lines. What is there already stays as it is, unless it was damaged. It is
 * written whole: beside its place first, then renamed.
 */
export async function storeDeployment(
  folder: string,
  content: DeploymentContent,
  settings: unknown,
): Promise<{ id: string; digest: string; created: boolean }> {
  const digest = `sha256-${await sha256(content.bundle)}`;
  const aside = join(folder, `.${crypto.randomUUID()}.tmp`);
  await Deno.mkdir(aside, { recursive: true, mode: 0o700 });
  try {
    // Copied before they are hashed, so that the address is that of what lies here.
    const assets = content.assets && await copyAssets(content.assets, join(aside, "assets"));
    const sourceMapDigest = content.sourceMap ? await sha256(content.sourceMap) : undefined;
    const id = await addressOf({ digest, sourceMapDigest, assets }, settings);
    const place = join(folder, id);
    if (await isWhole(place)) {
      if ((await damagedFiles(folder, id, settings)).length === 0) {
        return { id, digest, created: false };
      }
      await Deno.rename(place, join(folder, `.${crypto.randomUUID()}.tmp`));
    }
    await Deno.writeFile(join(aside, "bundle.js"), content.bundle);
    if (content.sourceMap) await Deno.writeFile(join(aside, "bundle.js.map"), content.sourceMap);
    const manifest: DeploymentManifest = {
      id,
      digest,
      sourceMap: content.sourceMap !== null,
      sourceMapDigest,
      assets,
      routes: content.routes,
    };
    await Deno.writeTextFile(
      join(aside, "manifest.json"),
      JSON.stringify(manifest, null, 1) + "\n",
    );
    await moveInto(aside, place);
    return { id, digest, created: true };
  } finally {
    await Deno.remove(aside, { recursive: true }).catch(() => {});
  }
}

/**
 * Compares a stored deployment with its address. Empty: bundle, assets and settings are those that were
 * stored; else the files that are not, `manifest.json` standing for the address itself.
 */
export async function damagedFiles(
  folder: string,
  id: string,
  settings: unknown,
): Promise<string[]> {
  const place = join(folder, id);
  const manifest = await readManifest(place);
  if (!manifest || await addressOf(manifest, settings) !== id) {
    return ["manifest.json"];
  }
  const expected: [file: string, digest: string][] = [
    ...codeFiles(manifest),
    ...Object.entries(manifest.assets ?? {}).map(([path, digest]): [string, string] => [
      `assets/${path}`,
      digest,
    ]),
  ];
  return await changedFiles(place, expected);
}

/** The same for what an app is started with alone, which is quick: bundle and source map. */
export async function damagedCode(folder: string, id: string): Promise<string[]> {
  const place = join(folder, id);
  const manifest = await readManifest(place);
  if (!manifest) return ["manifest.json"];
  // Read whole and hashed by the engine: Node's hashes, for large files, take longer to load.
  const digest = async (path: string) => await sha256(await Deno.readFile(path));
  return await changedFiles(place, codeFiles(manifest), digest);
}

function codeFiles({ digest, sourceMapDigest }: DeploymentManifest): [string, string][] {
  const bundle: [string, string] = ["bundle.js", digest.replace(/^sha256-/, "")];
  return sourceMapDigest ? [bundle, ["bundle.js.map", sourceMapDigest]] : [bundle];
}

async function changedFiles(
  place: string,
  expected: [file: string, digest: string][],
  hash: (path: string) => Promise<string> = digestOf,
): Promise<string[]> {
  const changed: string[] = [];
  for (const [file, digest] of expected) {
    const found = await hash(join(place, ...file.split("/"))).catch(() => null);
    if (found !== digest) changed.push(file);
  }
  return changed;
}

/** Deployments older than the newest this many are removed. */
export const KEPT_DEPLOYMENTS = 10;
/** What has no row or was never finished may belong to a deploy that runs right now, ms. */
const ABANDONED = 3_600_000;

/** Removes the folders of deployments that are not in `kept`, and what killed deploys left. */
export async function removeDeployments(
  folder: string,
  { kept, gone }: { kept: ReadonlySet<string>; gone: readonly string[] },
  now: number,
): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (kept.has(name)) continue;
    const place = join(folder, name);
    const old = async () => {
      const time = (await Deno.lstat(place).catch(() => null))?.mtime?.getTime() ?? now;
      return now - time > ABANDONED;
    };
    if (gone.includes(name) || await old()) {
      await Deno.remove(place, { recursive: true }).catch(() => {});
    }
  }
}

async function readManifest(place: string): Promise<DeploymentManifest | null> {
  try {
    return JSON.parse(await Deno.readTextFile(join(place, "manifest.json")));
  } catch {
    return null;
  }
}

async function copyAssets(
  assets: Map<string, string>,
  folder: string,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  await Deno.mkdir(folder, { recursive: true });
  for (const [path, file] of [...assets].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (path.split(/[\\/]/).some((part) => part === ".." || part === "") || path.includes("\0")) {
      throw new Failure("failed", "ASSET_PATH", `\`${path}\` is no path below the web root`, {
        details: { path },
      });
    }
    const target = join(folder, ...path.split("/"));
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.copyFile(file, target);
    digests[path] = await digestOf(target);
  }
  return digests;
}

async function digestOf(path: string): Promise<string> {
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const buffer = new Uint8Array(256 * 1024);
  for (;;) {
    const length = await file.read(buffer);
    if (length === null) return hash.digest("hex");
    hash.update(buffer.subarray(0, length));
  }
}

async function addressOf(
  { digest, sourceMapDigest, assets }: Pick<
    DeploymentManifest,
    "digest" | "sourceMapDigest" | "assets"
  >,
  settings: unknown,
): Promise<string> {
  const map = sourceMapDigest ? [sourceMapDigest] : [];
  const text = JSON.stringify([digest, assets && Object.entries(assets), settings ?? null, ...map]);
  return (await sha256(text)).slice(0, 12);
}

async function moveInto(aside: string, place: string): Promise<void> {
  try {
    await Deno.rename(aside, place);
  } catch (error) {
    // Another deploy of the same content came first.
    if (!await isWhole(place)) throw error;
  }
}

async function isWhole(place: string): Promise<boolean> {
  const info = await Deno.stat(join(place, "manifest.json")).catch(() => null);
  return info?.isFile === true;
}
