import { dirname, fromFileUrl, join } from "@std/path";

/** The folder of the repository. */
export const ROOT = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

/**
 * A folder whose `node_modules` holds what users' projects and the comparisons with other tools need:
 * hono, drizzle-orm, drizzle-kit, typescript 5.9, typescript 7 (as `typescript7`), @types/node,
 * better-auth; in the set `drizzle-1` the next drizzle-kit. `deno task test` installs them once.
 */
export function fixtureModules(set: "fixtures" | "drizzle-1" = "fixtures"): string {
  const folder = join(ROOT, ".tmp", set);
  try {
    Deno.statSync(join(folder, "installed.json"));
  } catch {
    throw new Error("The fixtures are not installed: run `deno run -A scripts/fixtures.ts` first");
  }
  return folder;
}
