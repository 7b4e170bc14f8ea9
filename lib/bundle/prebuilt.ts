/** What the sandbox's Worker holds of drizzle-orm; `lib/sandbox/worker/modules.ts` has the same names. */
export const PREBUILT_MODULES: ReadonlySet<string> = new Set([
  "drizzle-orm",
  "drizzle-orm/casing",
  "drizzle-orm/relations",
  "drizzle-orm/sql",
  "drizzle-orm/sqlite-core",
]);
