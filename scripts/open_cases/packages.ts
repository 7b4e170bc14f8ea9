import { join } from "@std/path";

/** What is read of a package.json. */
export interface Manifest {
  [group: string]: unknown;
}

const GROUPS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/** Folders that hold no sources of the project. */
const NO_SOURCES = new Set(["node_modules", "dist", ".edgespark", ".git"]);

/** The rule: packages of this scope are not on npm (decision 16), all others are. */
export function isUnpublished(name: string): boolean {
  return name.startsWith("@edgespark/");
}

/** A manifest without the packages that npm lacks, and their names. */
export function leaveOutUnpublished(
  manifest: Manifest,
): { manifest: Manifest; leftOut: string[] } {
  const leftOut = new Set<string>();
  const changed: Manifest = { ...manifest };
  for (const group of GROUPS) {
    const packages = manifest[group];
    if (typeof packages !== "object" || packages === null) continue;
    const kept = Object.entries(packages).filter(([name]) => !isUnpublished(name));
    for (const name of Object.keys(packages)) if (isUnpublished(name)) leftOut.add(name);
    changed[group] = Object.fromEntries(kept);
  }
  return { manifest: changed, leftOut: [...leftOut] };
}

/** The packages that npm lacks among those that a source text imports. */
export function unpublishedImports(text: string): string[] {
  const names = [...text.matchAll(/["'](@edgespark\/[\w.-]+)(?:\/[^"']*)?["']/g)];
  return [...new Set(names.map(([, name]) => name!))].filter(isUnpublished);
}

/**
 * Takes the packages that npm lacks out of a folder's manifest; its lock file, which names them, goes
 * too. Says which they were.
 */
export async function prepareManifest(folder: string): Promise<string[]> {
  const file = join(folder, "package.json");
  const { manifest, leftOut } = leaveOutUnpublished(JSON.parse(await Deno.readTextFile(file)));
  if (leftOut.length === 0) return [];
  await Deno.writeTextFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
  await Deno.remove(join(folder, "package-lock.json")).catch(() => {});
  return leftOut;
}

/** A source of a web part that cannot be built, because it imports what npm lacks; null: none does. */
export async function whyUnbuildable(web: string): Promise<string | null> {
  for await (const entry of Deno.readDir(web)) {
    const path = join(web, entry.name);
    if (entry.isDirectory && !NO_SOURCES.has(entry.name) && entry.name !== "server") {
      const inner = await whyUnbuildable(path);
      if (inner) return inner;
    }
    if (!entry.isFile || !/\.(?:[cm]?[jt]sx?|css)$/.test(entry.name)) continue;
    const [first] = unpublishedImports(await Deno.readTextFile(path));
    if (first) return `its sources import \`${first}\`, which npm lacks`;
  }
  return null;
}
