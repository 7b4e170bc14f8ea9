import type { PluginBuild } from "esbuild";

/**
 * Built-in modules that are not imported by a plain `import`: the bundle has no `require` and no
 * `import()`, so both become modules around a plain import.
 */
export function loadBuiltins(build: PluginBuild): void {
  const js = (contents: string) => ({ contents, loader: "js" as const });
  build.onLoad(
    { filter: /.*/, namespace: "dynamic-import" },
    ({ path }) => js(`export * from "node:${path}"; export { default } from "node:${path}";`),
  );
  build.onResolve(
    { filter: /^builtin-default:/, namespace: "require-call" },
    ({ path }) => ({ path: path.slice(16), namespace: "builtin-default" }),
  );
  build.onLoad(
    { filter: /.*/, namespace: "builtin-default" },
    ({ path }) => js(`export { default } from "node:${path}";`),
  );
  build.onLoad(
    { filter: /.*/, namespace: "require-call" },
    ({ path }) => js(`module.exports = require("builtin-default:${path}").default;`),
  );
  build.onLoad(
    { filter: /.*/, namespace: "absent-builtin" },
    ({ path }) =>
      js(`module.exports = new Proxy({}, { get(_, key) {
  if (typeof key === "symbol" || key === "__esModule" || key === "then") return undefined;
  throw new Error("\`node:${path}\` does not exist here (asked for \`" + key + "\`)");
} });`),
  );
}
