/** The whole loop said to the bundle in `dist/js`, as the demo says it to the sources. */
import assert from "node:assert/strict";
import { ROOT } from "../support/fixtures.ts";

Deno.test("the demo passes on the bundle", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/demo.ts", "--program", "dist/js/main.js"],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, said);
  assert.match(said, /^Demo passed: 15 steps/m);
});
