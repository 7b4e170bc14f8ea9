import * as nodeModule from "node:module";
import process from "node:process";
import { guardFetch } from "./guarded_fetch.ts";
import { createNetJudge } from "./guarded_net.ts";
import { guardSockets } from "./guarded_sockets.ts";
import { guardWebSocket } from "./guarded_web_socket.ts";
import { PUBLIC_ONLY } from "./net_policy.ts";
import type { StartMessage } from "./protocol.ts";

/** Modules of Node that a bundle may import: those that the bundler lets through. */
export type BuiltinNames = ReadonlySet<string>;

/**
 * Makes the Worker what an app may see, before any of its code runs. The permissions of the Worker are
 * the wall; this closes what they cannot say: calls to the address that the server itself listens on,
 * modules that a bundle never imports, new Workers, this runtime's own functions.
 */
export function confine(start: StartMessage, builtins: BuiltinNames): Confinement {
  const own = { host: start.host, port: start.port };
  // A narrower list than the internet is the business of the Worker's permissions alone.
  if (start.net !== null) {
    const judge = createNetJudge(start.net ?? PUBLIC_ONLY, own);
    guardSockets(judge);
    put(globalThis, "fetch", guardFetch(globalThis.fetch, judge));
    put(globalThis, "WebSocket", guardWebSocket(globalThis.WebSocket, judge));
  }
  for (const name of GONE) put(globalThis, name, undefined);
  confineProcess();
  put(globalThis, "Deno", shadowOfDeno());
  return confineImports(builtins);
}

/** Opens the way for a bundle. */
export interface Confinement {
  /** Lets one address be imported until the next. */
  allowImport(url: string): void;
}

/** What Workers of Cloudflare do not have either, and what would lead out of this realm. */
const GONE = [
  ...["Worker", "WebSocketStream", "WebTransport", "EventSource", "BroadcastChannel"],
  ...["importScripts", "location"],
];

function put(target: object, name: string, value: unknown): void {
  if (value === undefined && !(name in target)) return;
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

/** Members of `process` that end, change or look into this process. */
const PROCESS_GONE = [
  ...["binding", "_linkedBinding", "dlopen", "getBuiltinModule", "_eval", "openStdin", "chdir"],
  ...["_getActiveHandles", "_getActiveRequests", "_debugProcess", "_debugEnd", "loadEnvFile"],
  ...["setuid", "setgid", "seteuid", "setegid", "setgroups", "initgroups", "send", "disconnect"],
  ...["channel", "_kill", "kill", "umask", "stdin"],
];
const PROCESS_ENDS = ["exit", "reallyExit", "abort"];

function confineProcess(): void {
  for (const name of PROCESS_GONE) put(process, name, undefined);
  for (const name of PROCESS_ENDS) {
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
  const { build, errors, version, inspect, refTimer, unrefTimer } = globalThis.Deno as
    & typeof Deno
    & Record<"refTimer" | "unrefTimer", unknown>;
  return Object.freeze({
    build: Object.freeze({ ...build }),
    version: Object.freeze({ ...version }),
    env: Object.freeze({ get: () => undefined, has: () => false, toObject: () => ({}) }),
    ...{ errors, inspect, refTimer, unrefTimer },
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

function confineImports(builtins: BuiltinNames): Confinement {
  let allowed = "";
  const names: Record<string, true> = { __proto__: null } as never;
  for (const name of builtins) names[`node:${name}`] = true;
  const { registerHooks } = nodeModule as unknown as {
    registerHooks?(hooks: { resolve(...args: unknown[]): unknown }): void;
  };
  // An older runtime has no hooks; there the bundler's own rules are what holds.
  registerHooks?.({
    resolve(specifier, context, next) {
      if (specifier === "node:process") return { url: PROCESS, shortCircuit: true };
      if (specifier === allowed || names[specifier as string] === true) {
        return (next as (...args: unknown[]) => unknown)(specifier, context);
      }
      return { url: REFUSED, shortCircuit: true };
    },
  });
  return { allowImport: (url) => allowed = url };
}
