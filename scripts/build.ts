/**
 * Builds the program: `dist/js` (a bundle of lazy chunks with its assets, for `deno run`) and one
 * executable per target in `dist/bin`. `deno task build [--js] [--target <name>]`.
 *
 * `DENO_COMPILE` names another Deno for the compile step, `DENORT_BIN` its compile runtime, where the
 * runtime cannot be downloaded.
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { stop } from "esbuild";
import { bundlerAsset } from "../lib/deno/esbuild_binary.ts";
import { sha256 } from "../lib/hex.ts";
import type { AssetStamp } from "../lib/ports/assets.ts";
import { buildJs } from "./bundle.ts";
import { ROOT } from "./esbuild_options.ts";
import { PROGRAM_FLAGS } from "./program_flags.ts";

/** Every platform that a release is built for. */
const TARGETS: Record<string, { triple: string; esbuild: string }> = {
  "linux-x64": { triple: "x86_64-unknown-linux-gnu", esbuild: "linux-x64" },
  "linux-arm64": { triple: "aarch64-unknown-linux-gnu", esbuild: "linux-arm64" },
  "darwin-x64": { triple: "x86_64-apple-darwin", esbuild: "darwin-x64" },
  "darwin-arm64": { triple: "aarch64-apple-darwin", esbuild: "darwin-arm64" },
  "windows-x64": { triple: "x86_64-pc-windows-msvc", esbuild: "win32-x64" },
};

const DIST = join(ROOT, "dist");

async function compile(target: string, from: string): Promise<string> {
  const { triple } = TARGETS[target]!;
  const output = join(DIST, "bin", `edgespark-${target}`);
  await Deno.mkdir(join(DIST, "bin"), { recursive: true });
  const includes: string[] = [];
  for await (const entry of Deno.readDir(from)) {
    if (entry.name !== "main.js") includes.push("--include", entry.name);
  }
  const { code } = await new Deno.Command(Deno.env.get("DENO_COMPILE") ?? Deno.execPath(), {
    args: [
      ...[
        "compile",
        "--quiet",
        "--no-check",
        "--no-config",
        "--no-lock",
        "--no-remote",
        ...PROGRAM_FLAGS,
      ],
      "--v8-flags=--disallow-code-generation-from-strings",
      ...(Deno.env.get("DENORT_BIN") ? [] : ["--target", triple]),
      ...includes,
      ...["--output", output, "main.js"],
    ],
    // From an empty folder: what lies beside it would be embedded as well.
    cwd: from,
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`deno compile failed for ${target}`);
  return output;
}

/** Puts the bundler's program for a target among the assets, with its digest. */
export async function embedBundler(target: string, assets: string): Promise<void> {
  const platform = TARGETS[target]!.esbuild;
  const packageFolder = join(ROOT, "node_modules", ".deno", `@esbuild+${platform}@0.28.2`);
  const windows = platform.startsWith("win32");
  const program = windows ? "esbuild.exe" : "bin/esbuild";
  const bytes = await Deno.readFile(
    join(packageFolder, "node_modules", "@esbuild", platform, program),
  );
  const name = bundlerAsset(windows);
  await Deno.writeFile(join(assets, name), bytes, { mode: 0o755 });
  const stamp: AssetStamp = { digest: await sha256(bytes), size: bytes.length };
  await Deno.writeTextFile(join(assets, `${name}.json`), JSON.stringify(stamp));
}

/** The target of the machine that builds. */
export function hostTarget(): string {
  return `${Deno.build.os}-${Deno.build.arch === "x86_64" ? "x64" : "arm64"}`;
}

async function buildBinary(target: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "edgespark-build-" });
  try {
    await buildJs(folder, { embedEsbuild: true });
    await embedBundler(target, join(folder, "assets"));
    const output = await compile(target, folder);
    console.log(`${output} ${((await Deno.stat(output)).size / 1048576).toFixed(1)} MiB`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { boolean: ["js"], string: ["target"] });
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(ROOT, "scripts", "prepare.ts")],
  }).output();
  if (code !== 0) throw new Error("scripts/prepare.ts failed");
  await buildJs(join(DIST, "js"), { embedEsbuild: false });
  console.log(join(DIST, "js", "main.js"));
  if (!options.js) await buildBinary(options.target ?? hostTarget());
  await stop();
}
