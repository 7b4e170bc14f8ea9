import type { System } from "../ports/system.ts";
import { denoAssets } from "./assets.ts";
import { denoBrowser } from "./browser.ts";
import { denoBundler } from "./bundler.ts";
import { denoFiles } from "./files.ts";
import { denoHttp } from "./http.ts";
import { denoLocks } from "./locks.ts";
import { denoPermissions } from "./permissions.ts";
import { denoReentry } from "./reentry.ts";
import { denoStreams } from "./streams.ts";
import { denoTerminal } from "./terminal.ts";
import { denoTools } from "./tools.ts";

/** The real world. */
export function denoSystem(args: string[] = Deno.args): System {
  const interrupt = new AbortController();
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  const stop = () => {
    // The second one means it: nothing is waited for.
    if (interrupt.signal.aborted) Deno.exit(130);
    interrupt.abort();
  };
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  const reentry = denoReentry();
  const assets = denoAssets(reentry.compiled);
  const bundler = denoBundler(assets, reentry.compiled);
  return {
    files: denoFiles(),
    streams: denoStreams(),
    tools: denoTools(interrupt.signal),
    http: denoHttp(),
    clock: { now: () => Date.now(), sleep },
    terminal: denoTerminal(!args.includes("--no-color")),
    env: { get: (name) => Deno.env.get(name), os: Deno.build.os, pid: Deno.pid, cwd: Deno.cwd() },
    browser: denoBrowser(),
    assets,
    bundler,
    reentry,
    locks: denoLocks(),
    permissions: denoPermissions(),
    signal: interrupt.signal,
    close() {
      for (const signal of signals) Deno.removeSignalListener(signal, stop);
      return bundler.stop();
    },
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
