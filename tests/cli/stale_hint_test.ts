import assert from "node:assert/strict";
import { join } from "@std/path";
import { TYPES_FINGERPRINT } from "../../lib/generated/fingerprint.ts";
import { renderChecksums } from "../../lib/generated/render.ts";
import { inProject } from "../lib/check/world.ts";

const TYPES = "The generated types are not those of this program: run `edgespark pull types`\n";
const SCHEMA =
  "`db_schema.ts` was edited after the last `db generate`: run `edgespark db generate`\n";
const CHECKSUMS = "server/src/__generated__/.checksums.json";
const HASH = "server/drizzle/meta/_edgespark_schema_hash";

Deno.test("the fingerprint is that of the types that this program writes", () => {
  assert.equal(JSON.parse(renderChecksums(null)).server_types, TYPES_FINGERPRINT);
});

Deno.test("nothing is said while nothing is stale", () =>
  inProject({}, async ({ say }) => {
    assert.deepEqual((await say("var list")).err, "");
  }));

Deno.test("types of another program: one line on stderr, until they are pulled", () =>
  inProject({ [CHECKSUMS]: '{"server_types":"sha256-0"}\n', [HASH]: "0" }, async ({ say }) => {
    assert.equal((await say("var list")).err, TYPES);
    assert.equal((await say("var list --quiet")).err, "");
    assert.equal((await say("var list --json")).err, "");
    assert.equal((await say("pull types")).err, "");
    assert.equal((await say("var list")).err, SCHEMA);
  }));

Deno.test("an edited schema: one line, until a migration is generated", () =>
  inProject({
    "server/src/defs/db_schema.ts":
      'import { integer, sqliteTable } from "drizzle-orm/sqlite-core";\nexport const a = sqliteTable("a", { id: integer("id").primaryKey() });\n',
  }, async ({ say, read, write }) => {
    assert.equal((await say("var list")).err, "", "nothing was ever generated");
    assert.equal((await say("db generate --quiet")).code, 0);
    assert.equal((await say("var list")).err, "");
    const path = "server/src/defs/db_schema.ts";
    await write(path, `${await read(path)}// A comment\n`);
    assert.equal((await say("var list")).err, SCHEMA);
    assert.equal((await say("db generate")).err, "");
    assert.equal((await say("var list")).err, "");
  }));

Deno.test("nothing is said after help, a failure, or outside a project", () =>
  inProject({ [CHECKSUMS]: "{}" }, async ({ say, root }) => {
    assert.equal((await say("var list --help")).err, "");
    assert.doesNotMatch((await say("var set")).err, /pull types/);
    await Deno.remove(join(root, "edgespark.toml"));
    assert.doesNotMatch((await say("var list")).err, /pull types/);
  }));
