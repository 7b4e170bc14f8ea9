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
 * `nodejs_compat` (https://developers.cloudflare.com/workers/runtime-apis/nodejs/), without files and
 * module loading, for which a deployed app has no use.
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
    "sys",
    "test",
    "test/reporters",
  ],
  ...["trace_events", "tty", "v8", "vm", "wasi", "worker_threads"],
]);

/** "crypto" of "crypto" and "node:crypto"; null for what is no built-in module. */
export function builtinName(specifier: string): string | null {
  if (specifier.startsWith("node:")) return specifier.slice(5);
  const known = WORKER_BUILTINS.has(specifier) || OTHER_BUILTINS.has(specifier);
  return known && specifier !== "test" && specifier !== "sea" && specifier !== "sqlite"
    ? specifier
    : null;
}
