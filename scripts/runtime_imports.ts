import { isBuiltin } from "node:module";
import { WORKER_BUILTINS } from "../lib/bundle/builtins.ts";

/** A module of ours, as `deno info --json` tells it. */
export interface Module {
  /** Relative to the root. */
  name: string;
  imports: {
    /** As written. */
    specifier: string;
    /** Another module of ours, or null. */
    to: string | null;
    /** Only types: nothing of it is there when the code runs. */
    typeOnly: boolean;
  }[];
}

/** The room of what runs inside a deployed app. */
const ROOM = "lib/runtime/";

/** The packages that the runtime brings along; tests/workerd runs them inside workerd. */
const PACKAGES = ["aws4fetch", "better-auth", "drizzle-orm"];

/** The SDK itself, which the bundler puts in place for the seed. */
const PROVIDED = ["edgespark", "edgespark/http"];

/**
 * What the runtime, and what it takes from other rooms, imports that Workers do not have: one line for
 * each import.
 */
export function foreignImports(modules: Module[]): string[] {
  return reached(modules).flatMap(({ name, imports }) =>
    imports.filter(({ to, typeOnly }) => to === null && !typeOnly)
      .filter(({ specifier }) => !isThere(specifier))
      .map(({ specifier }) => `${name}: imports \`${specifier}\`, which Workers do not have`)
  );
}

/** Modules of the runtime and those that they load. */
function reached(modules: Module[]): Module[] {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const found = new Set(modules.filter(({ name }) => name.startsWith(ROOM)));
  // A set goes on to what is added while it is walked.
  for (const { imports } of found) {
    for (const { to, typeOnly } of imports) {
      const next = to !== null && !typeOnly ? byName.get(to) : undefined;
      if (next) found.add(next);
    }
  }
  return [...found];
}

function isThere(specifier: string): boolean {
  if (isBuiltin(specifier)) return WORKER_BUILTINS.has(specifier.replace(/^node:/, ""));
  return PROVIDED.includes(specifier) ||
    PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}
