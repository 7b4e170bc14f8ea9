/**
 * Runs the tests: `deno task test [--suite unit|files|binary|workerd|browser] [--long] [paths...]`. Installs the npm packages
 * that they work with first, names every skipped test, and ends with `N passed, N failed`. With `--long`, random
 * tests do the numbers that are too many for every day; their seeds stand in their names.
 * With CI set, a skipped test is a failure: there everything that tests need is provided.
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { ROOT } from "./esbuild_options.ts";
import { installBrowserDriver, installFixtures, installPeers } from "./fixtures.ts";

/** Tests that need more than npm packages are suites of their own. */
const SUITES: Record<string, string[]> = {
  unit: ["tests/lib", "tests/commands", "tests/cli", "tests/scripts"],
  // The server once more with the control channel that Windows has.
  files: ["containment", "deploy", "server", "stop", "switches", "undo"].map((name) =>
    `tests/lib/platform/local/server/${name}_test.ts`
  ),
  binary: ["tests/binary"],
  workerd: ["tests/workerd"],
  browser: ["tests/browser"],
};

const options = parseArgs(Deno.args, { string: ["suite"], boolean: ["serial", "long"] });
const paths = options._.length > 0 ? options._.map(String) : SUITES[options.suite ?? "unit"];
if (!paths) {
  throw new Error(`No suite \`${options.suite}\`; suites: ${Object.keys(SUITES).join(", ")}`);
}
await installFixtures();
if (paths.some((path) => path.startsWith("tests/workerd"))) await installPeers();
if (paths.some((path) => path.startsWith("tests/browser"))) await installBrowserDriver();
const existing: string[] = [];
for (const path of paths) {
  if (await Deno.stat(join(ROOT, path)).then(() => true, () => false)) existing.push(path);
}

const child = new Deno.Command(Deno.execPath(), {
  args: ["test", "-A", "--no-check", ...(options.serial ? [] : ["--parallel"]), ...existing],
  cwd: ROOT,
  env: {
    NO_COLOR: "1",
    ...options.long ? { EDGESPARK_LONG: "1" } : {},
    ...options.suite === "files" ? { EDGESPARK_CONTROL: "files" } : {},
    DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(Math.min(4, navigator.hardwareConcurrency)),
  },
  stdin: "null",
  stdout: "piped",
  stderr: "inherit",
}).spawn();

let text = "";
const decoder = new TextDecoder();
for await (const chunk of child.stdout) {
  const part = decoder.decode(chunk, { stream: true });
  text += part;
  await Deno.stdout.write(chunk);
}
const { code } = await child.status;

const total = [
  ...text.matchAll(
    /(\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/g,
  ),
].at(-1);
if (!total) throw new Error("The test runner printed no summary");
const [passed, failed, skipped] = [Number(total[1]), Number(total[2]), Number(total[3] ?? 0)];
const names = [...text.matchAll(/^(.+) \.\.\. ignored/gm)].map((match) => match[1]);
if (skipped > 0) console.log(`Skipped: ${names.join("; ")}`);
const failures = failed + (Deno.env.get("CI") ? skipped : 0);
console.log(
  `${passed} passed, ${failures || (code === 0 ? 0 : 1)} failed${
    skipped > 0 ? `, ${skipped} skipped` : ""
  }`,
);
Deno.exit(code === 0 && failures === 0 && passed > 0 ? 0 : 1);
