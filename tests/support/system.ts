import { join } from "@std/path";
import { denoAssets } from "../../lib/deno/assets.ts";
import { denoBundler } from "../../lib/deno/bundler.ts";
import { denoFiles } from "../../lib/deno/files.ts";
import { denoLocks } from "../../lib/deno/locks.ts";
import { denoReentry } from "../../lib/deno/reentry.ts";
import { denoTools } from "../../lib/deno/tools.ts";
import type { System } from "../../lib/ports/system.ts";
import { ROOT } from "./fixtures.ts";

/** What a test may set of the world; the rest is real. */
export interface WorldOptions {
  cwd: string;
  /** Environment variables; none of the real ones but PATH and HOME are seen. */
  env?: Record<string, string>;
  interactive?: boolean;
}

/** The real system with captured words, a chosen working folder and chosen variables. */
export function testSystem(
  options: WorldOptions,
): System & { words: { out: string; err: string }; abort: () => void } {
  const interrupt = new AbortController();
  const assets = denoAssets(false);
  const bundler = denoBundler(assets, false);
  const words = { out: "", err: "" };
  const variables: Record<string, string | undefined> = {
    PATH: Deno.env.get("PATH"),
    HOME: Deno.env.get("HOME"),
    EDGESPARK_STATE_DIR: join(options.cwd, "..", ".test-state"),
    ...options.env,
  };
  return {
    words,
    abort: () => interrupt.abort(),
    files: denoFiles(),
    tools: denoTools(interrupt.signal),
    clock: {
      now: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
    terminal: {
      interactive: options.interactive ?? false,
      colour: false,
      out: (text) => void (words.out += text),
      err: (text) => void (words.err += text),
    },
    env: { get: (name) => variables[name], os: Deno.build.os, pid: Deno.pid, cwd: options.cwd },
    browser: { open: () => Promise.resolve(false) },
    assets,
    bundler,
    reentry: denoReentry(join(ROOT, "main.ts")),
    locks: denoLocks(),
    permissions: { narrow: () => false },
    signal: interrupt.signal,
    close: () => bundler.stop(),
  };
}
