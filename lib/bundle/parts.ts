/** A part of a bundle: a package, or a file of the project. */
export interface BundlePart {
  /** `hono`, `@scope/name`, or a path from the project's root. */
  name: string;
  /** What it adds to the bundle. */
  bytes: number;
}

/** What a bundle is made of, largest first: each package as one part, the project's files one by one. */
export function bundleParts(inputs: { path: string; bytes: number }[]): BundlePart[] {
  const sizes = new Map<string, number>();
  for (const { path, bytes } of inputs) {
    const name = partOf(path);
    sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  }
  return [...sizes].map(([name, bytes]) => ({ name, bytes }))
    .filter(({ bytes }) => bytes > 0)
    .sort((one, other) => other.bytes - one.bytes || (one.name < other.name ? -1 : 1));
}

function partOf(path: string): string {
  const below = path.split("node_modules/").at(-1)!;
  if (below !== path) return packageOf(below);
  const own = /^vendor:([^/]+)/.exec(path)?.[1];
  if (own !== undefined) return `${own === "shared" ? "hono and drizzle-orm" : own} (own copy)`;
  return /^[\w-]+:/.test(path) ? "edgespark" : path;
}

function packageOf(path: string): string {
  return path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/");
}
