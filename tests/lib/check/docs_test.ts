import assert from "node:assert/strict";
import { join } from "@std/path";
import { ROOT } from "../../support/fixtures.ts";

/** Every text in the folder that looks like a code of a finding. */
function codesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return name === "doctor" ? [] : codesIn(path);
    const text = Deno.readTextFileSync(path);
    return [...text.matchAll(/"([A-Z]+(?:_[A-Z]+)+)"/g)].map(([, code]) => code!);
  });
}

Deno.test("docs/configuration.md lists every code that `check` itself gives", async () => {
  const text = await Deno.readTextFile(join(ROOT, "docs", "configuration.md"));
  const listed = new Set([...text.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code));
  // Codes of `db check`, which it looks for, and the one of a failure that it understands.
  const others = new Set([
    "MIGRATION_PENDING",
    "MIGRATION_LATE",
    "SCHEMA_NOT_GENERATED",
    "SCHEMA_HASH_STALE",
    "WRONG_BRANCH",
    "NOT_IN_PROJECT",
  ]);
  const missing = codesIn(join(ROOT, "lib", "check")).filter((code) =>
    !listed.has(code) && !others.has(code)
  );
  assert.deepEqual(missing, []);
  for (const kind of ["VAR", "SECRET"]) {
    for (const end of ["UNDECLARED", "UNSET"]) assert.ok(listed.has(`${kind}_${end}`));
  }
});
