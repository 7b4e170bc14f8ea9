/**
 * Stand-ins for modules of Node that a package imports and, in the part that is used, never needs:
 * everything that is asked of them gives a value that does nothing. Loading the real ones costs 30 ms.
 */
import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

const INERT = `const inert = new Proxy(function () {}, {
  get(_, name) {
    if (name === "then" || name === "__esModule") return undefined;
    if (name === Symbol.toPrimitive) return () => "";
    return name === "prototype" ? Function.prototype : inert;
  },
  apply: () => inert,
  construct: () => inert,
  set: () => true,
  has: () => false,
});
export default inert;
`;

/** The same for the globals of Node. */
export const INERT_GLOBALS = INERT.replace(
  /export default.*\n/,
  "const process = inert, Buffer = inert;",
)
  .replaceAll("\n", "");

/** Replaces every module of Node. Only for a package whose result is held against the real one. */
export function inertNode(): Plugin {
  const names = builtinModules.filter((name) => /^[a-z0-9/_]+$/.test(name)).join("|");
  return {
    name: "inert-node",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(node:)?(${names})$`) }, ({ path }) => ({
        path: path.replace("node:", ""),
        namespace: "inert-node",
        sideEffects: false,
      }));
      build.onLoad({ filter: /.*/, namespace: "inert-node" }, async ({ path }) => {
        const exported = Object.keys(await import(`node:${path}`))
          .filter((name) => name !== "default" && /^[\w$]+$/.test(name));
        const lines = exported.map((name, index) => `export { v${index} as ${name} };`);
        const values = exported.map((_, index) => `const v${index} = inert;`);
        return { contents: [INERT, ...values, ...lines].join("\n"), loader: "js" };
      });
    },
  };
}
