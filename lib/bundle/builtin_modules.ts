import type { PluginBuild } from "esbuild";

/** What is imported from `node:process` by name. */
const PROCESS_EXPORTS = [
  ...[
    "arch",
    "argv",
    "cwd",
    "emitWarning",
    "env",
    "execArgv",
    "exit",
    "features",
    "getBuiltinModule",
  ],
  ...["hrtime", "memoryUsage", "nextTick", "off", "on", "once", "pid", "platform", "release"],
  ...["stderr", "stdin", "stdout", "title", "uptime", "version", "versions"],
];

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
  // A host may put a `process` of its own in place; the built-in module would bring back the other.
  build.onLoad(
    { filter: /.*/, namespace: "process-module" },
    () =>
      js(`const own = globalThis.process;
export default own;
export const { ${PROCESS_EXPORTS.join(", ")} } = own;`),
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
