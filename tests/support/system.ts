import { join } from "@std/path";
import { denoAssets } from "../../lib/deno/assets.ts";
import { denoBundler } from "../../lib/deno/bundler.ts";
import { denoFiles } from "../../lib/deno/files.ts";
import { denoHttp } from "../../lib/deno/http.ts";
import { denoLocks } from "../../lib/deno/locks.ts";
import { denoReentry } from "../../lib/deno/reentry.ts";
import { denoStreams } from "../../lib/deno/streams.ts";
import { denoTools } from "../../lib/deno/tools.ts";
import type { System } from "../../lib/ports/system.ts";
import { ROOT } from "./fixtures.ts";

/** What a test may set of the world; the rest is real. */
export interface WorldOptions {
  cwd: string;
  /** Environment variables; none of the real ones but PATH, HOME and EDGESPARK_CONTROL are seen. */
  env?: Record<string, string>;
  interactive?: boolean;
  /** What is piped in. */
  stdin?: string;
}

/** The real system with captured words, a chosen working folder and chosen variables. */
export function testSystem(
  options: WorldOptions,
): System & { words: { out: string; err: string }; bytes: number[]; abort: () => void } {
  const interrupt = new AbortController();
  const assets = denoAssets(false);
  const bundler = denoBundler(assets, false);
  const words = { out: "", err: "" };
  const bytes: number[] = [];
  const variables: Record<string, string | undefined> = {
    PATH: Deno.env.get("PATH"),
    HOME: Deno.env.get("HOME"),
    EDGESPARK_CONTROL: Deno.env.get("EDGESPARK_CONTROL"),
    EDGESPARK_STATE_DIR: join(options.cwd, "..", ".test-state"),
    ...options.env,
  };
  return {
    words,
    bytes,
    abort: () => interrupt.abort(),
    files: denoFiles(),
    streams: {
      ...denoStreams(),
      stdin: () => new Blob([options.stdin ?? ""]).stream(),
      async stdout(body) {
        for await (const chunk of body) bytes.push(...chunk);
      },
    },
    tools: denoTools(interrupt.signal),
    http: denoHttp(),
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
    permissions: {
      narrow: () => false,
      dropNetwork: () => false,
      held: () => ({ read: "all", write: "all", net: "all", run: "all", env: "all", sys: "all" }),
    },
    signal: interrupt.signal,
    close: () => bundler.stop(),
  };
}
