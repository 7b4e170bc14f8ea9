import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { renderChecksums, renderSystemSchema, renderTypes } from "../../../lib/generated/render.ts";

Deno.test("generated texts are plain ASCII with LF and one final line end", () => {
  for (const [name, text] of Object.entries({ ...renderTypes(), ...renderSystemSchema() })) {
    assert.match(text, /^[\n\x20-\x7e]+[^\n]\n$/, name);
  }
});

Deno.test("generated texts say that edits are lost, and which command writes them", () => {
  for (const text of Object.values(renderTypes())) {
    assert.match(text, /edgespark pull types/);
  }
  for (const text of Object.values(renderSystemSchema())) {
    assert.match(text, /edgespark pull schema/);
    assert.match(text, /overwrites every edit/);
  }
});

Deno.test("renderChecksums hashes server-types.d.ts and keeps other keys", () => {
  const hash = createHash("sha256").update(renderTypes()["server-types.d.ts"]!).digest("hex");
  const own = `"server_types": "sha256-${hash}"`;
  assert.equal(renderChecksums(null), `{\n  ${own}\n}\n`);
  assert.equal(
    renderChecksums('{"db_schema":"sha256-1","server_types":"sha256-2"}'),
    `{\n  "db_schema": "sha256-1",\n  ${own}\n}\n`,
  );
});

Deno.test("renderChecksums replaces what is no JSON object", () => {
  for (const text of ["", "{", "[1]", "null", '"a"']) {
    assert.equal(renderChecksums(text), renderChecksums(null), text);
  }
});
