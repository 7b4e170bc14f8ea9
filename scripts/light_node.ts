/**
 * Light stand-ins for the `node:` modules that commander imports but, as it is used here, hardly
 * needs: loading the real ones costs every run of the bundle some 10 to 20 ms. Files, paths and child
 * processes belong to commander's subcommands in files of their own, which this program has none of.
 */
import type { Plugin } from "esbuild";

const NEVER = 'const never = () => { throw new Error("not part of this program"); };';

const MODULES: Record<string, string> = {
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
  "node:process": "export default new Proxy({}, { get: (_, name) => globalThis.process[name] });",
  "node:path":
    `${NEVER} export default { resolve: never, dirname: never, basename: never, extname: never };`,
  "node:fs": `${NEVER} export default { existsSync: never, realpathSync: never };`,
  "node:child_process": `${NEVER} export default { spawn: never };`,
};

/** Gives commander its stand-ins; every other package gets the real modules. */
export function lightNode(): Plugin {
  return {
    name: "light-node",
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path, importer }) => {
        const light = /[\\/]commander[\\/]/.test(importer) && path in MODULES;
        return light ? { path, namespace: "light-node" } : undefined;
      });
      build.onLoad(
        { filter: /.*/, namespace: "light-node" },
        ({ path }) => ({ contents: MODULES[path]!, loader: "js" }),
      );
    },
  };
}
