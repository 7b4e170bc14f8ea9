import * as root from "drizzle-orm";
import * as casing from "drizzle-orm/casing";
import * as relations from "drizzle-orm/relations";
import * as sql from "drizzle-orm/sql";
import * as core from "drizzle-orm/sqlite-core";

/**
 * The parts of drizzle-orm that a schema file may import, by module name: `PREBUILT_MODULES` of
 * `lib/bundle/prebuilt.ts` names the same ones.
 */
export const drizzleModules: Record<string, unknown> = {
  // Each is put together when it is asked for: most files ask for one or two.
  get "drizzle-orm"() {
    return module(root);
  },
  get "drizzle-orm/casing"() {
    return module(casing);
  },
  get "drizzle-orm/relations"() {
    return module(relations);
  },
  get "drizzle-orm/sql"() {
    return module(sql);
  },
  get "drizzle-orm/sqlite-core"() {
    return module(core);
  },
};

/** Marked as a transpiled ES module, so that a bundler's `require` gives it back as it is. */
function module(exports: Record<string, unknown>): Record<string, unknown> {
  return { __esModule: true, ...exports };
}
