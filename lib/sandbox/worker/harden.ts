/** Thrown where evaluated code reaches for the outside world. */
export class Denied extends Error {
  override readonly name = "SandboxDenied";
}

/** Globals that reach out of the process; the permissions deny them too, later and with less clear words. */
const DOORS = [
  "fetch",
  "WebSocket",
  "EventSource",
  "Worker",
  "SharedWorker",
  "BroadcastChannel",
  "XMLHttpRequest",
];

/** Members of `process` that leave the sandbox or end it. */
const PROCESS_DOORS = [
  ...[
    "exit",
    "reallyExit",
    "abort",
    "kill",
    "binding",
    "_linkedBinding",
    "dlopen",
    "chdir",
    "getBuiltinModule",
  ],
  ...["loadEnvFile", "_kill", "setuid", "setgid", "umask"],
];

/**
 * Closes the doors of this realm before any evaluated code runs. The walls are the permissions of the
 * Worker and of its process; this removes what they do not cover (a nested Worker, the handles of
 * stdin and stdout, built-in modules by name) and turns an attempt into an error that says so.
 */
export function harden(): void {
  const realm = globalThis as Record<string, unknown>;
  for (const name of DOORS) {
    if (name in realm) define(realm, name, denier(`\`${name}\``));
  }
  define(realm, "close", denier("`close`"));
  define(realm, "postMessage", denier("`postMessage`"));
  for (const name of ["caches", "localStorage", "sessionStorage"]) define(realm, name, undefined);
  define(realm, "process", plainProcess());
}

/**
 * What code expects of `process`, without the real one: that is made at its first use, with all of
 * Node's compatibility layer, which takes as long as everything else in here together.
 */
function plainProcess(): Record<string, unknown> {
  const process: Record<string, unknown> = {
    argv: [],
    browser: false,
    cwd: () => "/",
    execArgv: [],
    arch: "x64",
    emitWarning: () => {},
    features: {},
    hrtime: Object.assign(() => [0, 0], { bigint: () => 0n }),
    memoryUsage: Object.assign(
      () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
      { rss: () => 0 },
    ),
    release: { name: "node" },
    title: "edgespark",
    uptime: () => 0,
    nextTick: (work: (...args: unknown[]) => void, ...args: unknown[]) =>
      queueMicrotask(() => work(...args)),
    pid: 1,
    platform: "linux",
    version: "v22.0.0",
    versions: { node: "22.0.0" },
    ...Object.fromEntries(
      ["on", "once", "off", "emit"].map((name) => [name, () => {}]),
    ),
  };
  closeProcess(process);
  return process;
}

function closeProcess(process: Record<string, unknown>): void {
  for (const name of PROCESS_DOORS) define(process, name, denier(`\`process.${name}\``));
  // Code that only asks whether there is a terminal gets an answer.
  for (const name of ["stdin", "stdout", "stderr"]) {
    define(process, name, { isTTY: false, write: () => true, on: () => {}, once: () => {} });
  }
  define(process, "env", { NODE_ENV: "production" });
}

/**
 * Takes `Deno` away, after the built-in modules that the code imports are loaded: they are made with it
 * at their first use.
 */
export async function hideDeno(builtins: string[]): Promise<void> {
  for (const name of builtins) await import(name);
  if (builtins.length > 0) closeProcess((await import("node:process")).default as never);
  delete (globalThis as Record<string, unknown>).Deno;
}

function denier(what: string): () => never {
  return function denied() {
    throw new Denied(`${what} is not available here`);
  };
}

function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}
