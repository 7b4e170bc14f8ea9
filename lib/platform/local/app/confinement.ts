import { guardFetch } from "./guarded_fetch.ts";
import { createNetJudge } from "./guarded_net.ts";
import { guardSockets } from "./guarded_sockets.ts";
import { guardWebSocket } from "./guarded_web_socket.ts";
import { MemoryCaches } from "./memory_cache.ts";
import { PUBLIC_ONLY } from "./net_policy.ts";
import { builtinModule, changeProcess, type NodeProcess } from "./node_process.ts";
import type { StartMessage } from "./protocol.ts";

/** Modules of Node that a bundle may import: those that the bundler lets through. */
export type BuiltinNames = ReadonlySet<string>;

/**
 * Makes the Worker what an app may see, before any of its code runs. The permissions of the Worker are
 * the wall; this closes what they cannot say: calls to the address that the server itself listens on,
 * modules that a bundle never imports, new Workers, this runtime's own functions.
 *
 * What concerns Node's modules waits for the first bundle that imports one: to load them takes longer
 * than all the rest of a start.
 */
export function confine(start: StartMessage, builtins: BuiltinNames): Confinement {
  const own = { host: start.host, port: start.port };
  // A narrower list than the internet is the business of the Worker's permissions alone.
  const judge = start.net === null ? null : createNetJudge(start.net ?? PUBLIC_ONLY, own);
  if (judge) {
    put(globalThis, "fetch", guardFetch(globalThis.fetch, judge));
    put(globalThis, "WebSocket", guardWebSocket(globalThis.WebSocket, judge));
  }
  for (const name of GONE) put(globalThis, name, undefined);
  put(globalThis, "caches", new MemoryCaches());
  changeProcess(confineProcess);
  put(globalThis, "Deno", shadowOfDeno());
  const allowed: Record<string, true> = { __proto__: null } as never;
  for (const name of builtins) allowed[`node:${name}`] = true;
  let bundle = "";
  let opened = false;
  return {
    admit(url, code) {
      delete allowed[bundle];
      allowed[bundle = url] = true;
      if (opened || !mayImport(code)) return;
      opened = true;
      if (judge) guardSockets(judge);
      confineImports(allowed);
    },
    allowOwn: (url) => allowed[url] = true,
  };
}

/** Opens the way for a bundle. */
export interface Confinement {
  /** Readies this realm for a bundle, and lets its address be imported until the next one's. */
  admit(url: string, code: string): void;
  /** Lets a module of this program be imported. */
  allowOwn(url: string): void;
}

/**
 * Whether a bundle can import anything. The bundler leaves it no `import()` and no modules but Node's,
 * whose names it writes out; text becomes no code. A bundle that only says so somewhere counts as well.
 */
function mayImport(code: string): boolean {
  return has(code, '"node:') || has(code, "'node:") || has(code, "`node:") || has(code, "import(");
}

/** What Workers of Cloudflare do not have either, and what would lead out of this realm. */
const GONE = [
  ...["Worker", "WebSocketStream", "WebTransport", "EventSource", "BroadcastChannel"],
  ...["importScripts", "location", "Cache", "CacheStorage", "localStorage", "sessionStorage"],
];

const { defineProperty } = Object;
const { apply } = Reflect;
const { includes } = String.prototype;

function has(text: string, part: string): boolean {
  return apply(includes, text, [part]);
}

function put(target: object, name: string, value: unknown): void {
  if (value === undefined && !(name in target)) return;
  defineProperty(target, name, { value, writable: true, configurable: true });
}

/** Members of `process` that end, change or look into this process. */
const PROCESS_GONE = [
  ...["binding", "_linkedBinding", "dlopen", "getBuiltinModule", "_eval", "openStdin", "chdir"],
  ...["_getActiveHandles", "_getActiveRequests", "_debugProcess", "_debugEnd", "loadEnvFile"],
  ...["setuid", "setgid", "seteuid", "setegid", "setgroups", "initgroups", "send", "disconnect"],
  ...["channel", "_kill", "kill", "umask", "stdin"],
];
const PROCESS_ENDS = ["exit", "reallyExit", "abort"];

function confineProcess(process: NodeProcess): void {
  // As Workers have them: where this program lies is no business of an app.
  put(process, "cwd", () => "/bundle");
  // It may be loaded late, when an iterator could be the app's.
  for (let index = 0; index < PROCESS_GONE.length; index++) {
    put(process, PROCESS_GONE[index]!, undefined);
  }
  for (let index = 0; index < PROCESS_ENDS.length; index++) {
    const name = PROCESS_ENDS[index]!;
    put(process, name, () => {
      throw new Error(`The app called \`process.${name}\`: it cannot end the server`);
    });
  }
}

/**
 * What Node's modules, as this runtime has them, read of `Deno`; nothing of it does anything. An app
 * that looks for `Deno` finds no function of it.
 */
function shadowOfDeno(): object {
  const { build, errors, version, inspect, memoryUsage, refTimer, unrefTimer } = globalThis.Deno as
    & typeof Deno
    & Record<"refTimer" | "unrefTimer", unknown>;
  return Object.freeze({
    build: Object.freeze({ ...build }),
    version: Object.freeze({ ...version }),
    env: Object.freeze({ get: () => undefined, has: () => false, toObject: () => ({}) }),
    ...{ errors, inspect, memoryUsage, refTimer, unrefTimer },
    // As Workers have them: what `process` says of itself.
    ...{ pid: 1, ppid: 0, execPath: () => "", cwd: () => "/bundle" },
    noColor: true,
    args: Object.freeze([]),
  });
}

/** A module that only says why it is not there. */
const REFUSED = `data:text/javascript,${
  encodeURIComponent('throw new Error("A deployed app may not import this at run time")')
}`;
/** `node:process` would hand out the functions that were taken from the object. */
const PROCESS = `data:text/javascript,${
  encodeURIComponent(
    "const process = globalThis.process; export default process;" +
      [
        ...["arch", "argv", "argv0", "cwd", "emitWarning", "env", "execArgv", "execPath", "exit"],
        ...["hrtime", "memoryUsage", "nextTick", "pid", "platform", "stderr", "stdout"],
        ...["version", "versions", "abort", "cpuUsage", "ppid"],
      ].map((name) => `export const ${name} = process.${name};`).join(""),
  )
}`;

/** @param allowed what may be imported, which may change */
function confineImports(allowed: Record<string, true>): void {
  const { registerHooks } = builtinModule<{
    registerHooks?(hooks: { resolve(...args: unknown[]): unknown }): void;
  }>("node:module");
  // An older runtime has no hooks; there the bundler's own rules are what holds.
  registerHooks?.({
    resolve(specifier, context, next) {
      if (specifier === "node:process") return { url: PROCESS, shortCircuit: true };
      if (allowed[specifier as string] === true) {
        return (next as (...args: unknown[]) => unknown)(specifier, context);
      }
      return { url: REFUSED, shortCircuit: true };
    },
  });
}
