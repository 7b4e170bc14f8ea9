import assert from "node:assert/strict";
import { foreignImports, type Module } from "../../scripts/runtime_imports.ts";

/** A module with plain imports; those that start with `lib/` are ours. */
function module(name: string, imports: string[], typeOnly = false): Module {
  return {
    name,
    imports: imports.map((specifier) => ({
      specifier,
      to: specifier.startsWith("lib/") ? specifier : null,
      typeOnly,
    })),
  };
}

Deno.test("the runtime may import what Workers have, and its own packages", () => {
  const modules = [
    module("lib/runtime/a.ts", ["node:async_hooks", "node:stream/web", "better-auth/minimal"]),
    module("lib/runtime/b.ts", ["drizzle-orm", "edgespark", "lib/schema/pure.ts"]),
    module("lib/schema/pure.ts", ["node:path"]),
    module("lib/schema/other.ts", ["node:fs"]),
  ];
  assert.deepEqual(foreignImports(modules), []);
});

Deno.test("files, programs and SQLite are none of it, with and without `node:`, nor are other packages", () => {
  const found = foreignImports([
    module("lib/runtime/judge.ts", ["node:fs", "node:child_process", "node:sqlite", "vm"]),
    module("lib/runtime/db.ts", ["esbuild", "npm:zod@4", "jsr:@std/path", "drizzle-ormer"]),
  ]);
  assert.equal(found.length, 8, found.join("\n"));
  assert.equal(
    found[0],
    "lib/runtime/judge.ts: imports `node:fs`, which Workers do not have",
  );
});

Deno.test("what the runtime loads from other rooms counts too, types do not", () => {
  const modules = [
    module("lib/runtime/judge.ts", ["lib/schema/statements.ts"]),
    module("lib/schema/statements.ts", ["lib/schema/read.ts"]),
    module("lib/schema/read.ts", ["node:fs/promises"]),
    module("lib/runtime/host.ts", ["node:sqlite", "lib/schema/store.ts"], true),
    module("lib/schema/store.ts", ["node:fs"]),
  ];
  assert.deepEqual(foreignImports(modules), [
    "lib/schema/read.ts: imports `node:fs/promises`, which Workers do not have",
  ]);
});
