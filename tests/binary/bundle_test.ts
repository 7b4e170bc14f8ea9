/** The whole loop said to the bundle in `dist/js`, as the demo says it to the sources. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { PROGRAM_FLAGS } from "../../scripts/program_flags.ts";
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

Deno.test("processes with flags of their own keep their compiled code apart", async () => {
  const home = await Deno.makeTempDir();
  // The bundle takes the bundler from npm.
  const packages = Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME")!, ".cache", "deno");
  try {
    const say = async (...args: string[]) => {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-config",
          ...PROGRAM_FLAGS,
          join(ROOT, "dist/js/main.js"),
          ...args,
        ],
        cwd: home,
        clearEnv: true,
        env: { HOME: home, DENO_DIR: packages, PATH: "/usr/bin:/bin", NO_COLOR: "1" },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).output();
      assert.equal(code, 0, `${args}: ${new TextDecoder().decode(stderr)}`);
    };
    const project = join(home, "shop");
    await say("init", "shop", "--agent", "codex");
    await say("db", "generate", "--project", project);
    await say("serve", "--detach", "--project", project);
    await say("stop", "--project", project);
    const names = (await Array.fromAsync(Deno.readDir(join(home, ".cache", "edgespark"))))
      .map(({ name }) => name).filter((name) => name.startsWith("deno-")).sort();
    assert.deepEqual(names, [
      "deno-max-old-space-size-384-disallow-code-generation-from-strings",
      "deno-max-old-space-size-512-disallow-code-generation-from-strings",
    ]);
    for (const name of names) {
      assert.ok(await Deno.stat(join(home, ".cache", "edgespark", name, "v8_code_cache_v2")), name);
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
