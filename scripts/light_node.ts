/**
 * Light stand-ins for the modules of Node that packages import but, as they are used here, hardly need:
 * loading the real ones costs a run of the bundle up to 40 ms. Files, paths and child processes belong
 * to commander's subcommands in files of their own, which this program has none of; esbuild's package
 * starts its program and talks to it.
 */
import type { Plugin } from "esbuild";

const NEVER = 'const never = () => { throw new Error("not part of this program"); };';

/** What each package gets instead, by the name under which it imports it. */
const MODULES: Record<"commander" | "esbuild", Record<string, string>> = {
  commander: {
    "node:events": `
    export class EventEmitter {
      #listeners = new Map();
      on(name, listener) {
        this.#listeners.set(name, [...this.#listeners.get(name) ?? [], listener]);
        return this;
      }
      emit(name, ...args) {
        const listeners = this.#listeners.get(name) ?? [];
        for (const listener of listeners) listener.apply(this, args);
        return listeners.length > 0;
      }
      listenerCount(name) {
        return this.#listeners.get(name)?.length ?? 0;
      }
    }`,
    "node:util": String
      .raw`export const stripVTControlCharacters = (text) => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");`,
    // Reading `globalThis.process` alone loads half of Node's modules.
    "node:process": `
    const known = { versions: {}, execArgv: [], exitCode: 0 };
    export default new Proxy(known, {
      get: (_, name) => name in known ? known[name] : globalThis.process[name],
    });`,
    "node:path":
      `${NEVER} export default { resolve: never, dirname: never, basename: never, extname: never };`,
    "node:fs": `${NEVER} export default { existsSync: never, realpathSync: never };`,
    "node:child_process": `${NEVER} export default { spawn: never };`,
  },
  // Its program is started as `ESBUILD_BINARY_PATH` says, and talked to over pipes; nothing else is used.
  esbuild: {
    child_process: `
    export function spawn(command, args, { cwd }) {
      const child = new Deno.Command(command, {
        args, cwd, stdin: "piped", stdout: "piped", stderr: "inherit",
      }).spawn();
      const listeners = {};
      const on = (name, listener) => { (listeners[name] ??= []).push(listener); };
      const emit = (name, value) => { for (const listener of listeners[name] ?? []) listener(value); };
      const writer = child.stdin.getWriter();
      const reader = child.stdout.getReader();
      (async () => {
        for (let next; !(next = await reader.read()).done;) emit("data", next.value);
        emit("end");
      })().catch(() => emit("end"));
      return {
        on: () => {},
        ref: () => child.ref(),
        unref: () => child.unref(),
        kill() { try { child.kill("SIGKILL"); } catch { /* already gone */ } },
        stdin: {
          on: () => {},
          write: (bytes, done) => writer.write(bytes).then(() => done(), done),
          destroy: () => writer.close().catch(() => {}),
        },
        stdout: { on, destroy: () => reader.cancel().catch(() => {}) },
      };
    }`,
    crypto: `${NEVER} export const randomBytes = never;`,
    path: `${NEVER} export const basename = never, dirname = never, join = never;`,
    fs: `
    export function existsSync(path) {
      try { return Deno.statSync(path).isFile; } catch { return false; }
    }
    export const readFileSync = (path) => Deno.readFileSync(path);`,
    os: `${NEVER} export const arch = never, endianness = never, tmpdir = never;`,
    tty: `export const isatty = () => Deno.stderr.isTerminal();`,
    worker_threads: `${NEVER} export const Worker = never;`,
  },
};

/** Stands before the bundler's package: what it reads of `process`, without the real one. */
export const ESBUILD_PROCESS = [
  "const process = { platform: Deno.build.os, versions: { node: '22.0.0' }, cwd: () => Deno.cwd(),",
  "env: { ESBUILD_BINARY_PATH: Deno.env.get('ESBUILD_BINARY_PATH'), ESBUILD_WORKER_THREADS: '0' } };",
  "const __filename = import.meta.filename, __dirname = import.meta.dirname;",
].join(" ");

/** @std/path asks `globalThis.process` for the platform first, which loads half of Node's modules. */
export function platformOfPaths(): Plugin {
  return {
    name: "platform-of-paths",
    setup(build) {
      build.onLoad({ filter: /[\\/]deno-std[\\/]internal[\\/]_os\.js$/ }, () => ({
        contents: 'export const checkWindows = () => Deno.build.os === "windows";',
        loader: "js",
      }));
    },
  };
}

/** Gives these packages their stand-ins; every other one gets the real modules. */
export function lightNode(): Plugin {
  return {
    name: "light-node",
    setup(build) {
      for (const [name, modules] of Object.entries(MODULES)) {
        const inside = new RegExp(`[\\\\/]${name}[\\\\/]`);
        const namespace = `light-${name}`;
        build.onResolve(
          { filter: /^[a-z_:]+$/ },
          ({ path, importer }) =>
            inside.test(importer) && path in modules ? { path, namespace } : undefined,
        );
        build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
          contents: modules[path]!,
          loader: "js",
        }));
      }
      platformOfPaths().setup(build);
    },
  };
}
