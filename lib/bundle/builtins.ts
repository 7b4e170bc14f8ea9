/** Built-in modules of Node that only compute: what code that is evaluated by a command may import. */
export const PURE_BUILTINS: ReadonlySet<string> = new Set([
  ...[
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "crypto",
    "events",
    "path",
    "path/posix",
    "path/win32",
  ],
  ...["punycode", "querystring", "string_decoder", "url", "util", "util/types"],
]);

/**
 * Built-in modules of Node that a deployed app may import: those that Workers have with
 * `nodejs_compat` as more than a stub whose members throw
 * (https://developers.cloudflare.com/workers/runtime-apis/nodejs/, August 2026), without `fs`: there it
 * is empty at each request, here the app has no files at all.
 */
export const WORKER_BUILTINS: ReadonlySet<string> = new Set([
  ...PURE_BUILTINS,
  ...[
    "console",
    "constants",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "http",
    "https",
    "net",
    "os",
    "perf_hooks",
  ],
  ...[
    "process",
    "stream",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "zlib",
  ],
]);

/** The rest of Node's built-in modules, known so that a package of the same name is never looked for. */
const OTHER_BUILTINS: ReadonlySet<string> = new Set([
  ...[
    "child_process",
    "cluster",
    "dgram",
    "domain",
    "fs",
    "fs/promises",
    "http2",
    "inspector",
    "inspector/promises",
  ],
  ...[
    "module",
    "readline",
    "readline/promises",
    "repl",
    "sea",
    "sqlite",
    "test",
    "test/reporters",
  ],
  ...["trace_events", "tty", "v8", "vm", "wasi", "worker_threads"],
]);

const REASONS: [modules: string[], reason: string][] = [
  [
    ["fs", "fs/promises"],
    'An app has no files: import texts (`import text from "./page.html"`), keep bytes in a bucket (`storage` of `edgespark`)',
  ],
  [["sqlite"], "The database is `db` of `edgespark`"],
  [
    ["child_process", "cluster", "worker_threads"],
    "An app starts no programs and threads: use `ctx.runInBackground` for work after the response",
  ],
  [["module"], "Everything is bundled: use `import` instead of `createRequire`"],
  [["vm"], "Code cannot be made from text at run time"],
];

/** Why an app has no use for a built-in module, and what it has instead. */
export function builtinReason(name: string): string {
  const reason = REASONS.find(([modules]) => modules.includes(name))?.[1];
  if (reason) return reason;
  return OTHER_BUILTINS.has(name)
    ? `Workers have only an empty stub of \`node:${name}\`: take the import out`
    : `Node has no module \`${name}\`: correct the name`;
}

/** "crypto" of "crypto" and "node:crypto"; null for what is no built-in module. */
export function builtinName(specifier: string): string | null {
  if (specifier.startsWith("node:")) return specifier.slice(5);
  const known = WORKER_BUILTINS.has(specifier) || OTHER_BUILTINS.has(specifier);
  return known && specifier !== "test" && specifier !== "sea" && specifier !== "sqlite"
    ? specifier
    : null;
}
