import { dirname, fromFileUrl, join } from "@std/path";

/** The folder of the repository. */
export const ROOT = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

/**
 * A folder whose `node_modules` holds what users' projects and the comparisons with other tools need:
 * hono, drizzle-orm, drizzle-kit, typescript 5.9, typescript 7 (as `typescript7`), @types/node,
 * better-auth. `deno task test` installs it once.
 */
export function fixtureModules(): string {
  const folder = join(ROOT, ".tmp", "fixtures");
  try {
    Deno.statSync(join(folder, "installed.json"));
  } catch {
    throw new Error("The fixtures are not installed: run `deno run -A scripts/fixtures.ts` first");
  }
  return folder;
}
