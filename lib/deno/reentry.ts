import { dirname, fromFileUrl, join } from "@std/path";
import type { Reentry, Role, RoleLimits, RolePermissions } from "../ports/reentry.ts";
import { cacheFolder } from "./paths.ts";

/** Set by the build of the bundle and of executables. */
declare const EDGESPARK_ASSETS: string | undefined;

const UNSTABLE = ["--unstable-worker-options", "--unstable-net", "--unstable-no-legacy-abort"];

/**
 * Starts this same program again: see the port. `main` is its entry, a path or an address.
 *
 * The sandbox and the app have entries of their own: with no permission at all only what is imported
 * statically can be loaded, and one file is loaded faster than ten. An executable holds everything and
 * needs none.
 */
export function denoReentry(main = mainModule()): Reentry {
  const compiled = Deno.build.standalone === true;
  return {
    compiled,
    command(role, permissions, args, limits) {
      const program = Deno.execPath();
      const env = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
      if (compiled) return { program, args: [`__${role}`, ...args], env };
      const own = ENTRIES[role];
      const entry = own ? [moduleOf(own)] : [main, `__${role}`];
      const flags = denoFlags(main, role, permissions, limits);
      return {
        program,
        args: [...flags, ...entry, ...args],
        env: { ...env, ...ownCache(main, flags) },
      };
    },
  };
}

/** Where a role begins that does not begin at `main.ts`: in a checkout (from here), in a bundle. */
const ENTRIES: Partial<Record<Role, { source: string; bundled: string }>> = {
  sandbox: { source: "../sandbox/main.ts", bundled: "./sandbox.js" },
  app: { source: "../platform/local/server/app_main.ts", bundled: "./app.js" },
};

/**
 * A cache for processes whose engine is told by flags. The engine's compiled code holds for one set of
 * flags: in a cache that is shared with processes of another set, each start would throw away what the
 * other had left and compile it again, which takes longer than all else. Only a bundle that lies on
 * this machine can do without what else is in Deno's cache.
 */
function ownCache(main: string, flags: string[]): { DENO_DIR?: string } {
  const engine = flags.find((flag) => flag.startsWith(ENGINE));
  const cache = engine && bundled() && !isRemote(main) ? cacheFolder() : null;
  if (!engine || !cache) return {};
  const name = engine.slice(ENGINE.length).replace(/[^a-z0-9]+/g, "-").replace(/^-/, "");
  return { DENO_DIR: join(cache, `deno-${name}`) };
}

const ENGINE = "--v8-flags=";

function denoFlags(
  main: string,
  role: Role,
  permissions: RolePermissions,
  limits: RoleLimits | undefined,
): string[] {
  const flags = ["run", "--quiet", "--no-prompt", ...UNSTABLE];
  // Remote imports stay off, so that code in a Worker cannot import over the network: a Worker's
  // permissions do not govern that. Run from a URL, only what is cached already may load.
  flags.push(isRemote(main) ? "--cached-only" : "--no-remote");
  // A bundle needs no configuration; without this flag it would pick up one from a stranger's folder.
  // The sandbox imports no package, so it needs none from a checkout either.
  // A checkout's lock file stays in use: without it npm's registry would be asked for versions.
  if (bundled() || role === "sandbox") flags.push("--no-config", "--no-lock");
  if (role === "sandbox") {
    flags.push(`${ENGINE}--max-old-space-size=384,--disallow-code-generation-from-strings`);
    return flags;
  }
  if (limits) {
    const noEval = limits.noEval ? ",--disallow-code-generation-from-strings" : "";
    flags.push(`${ENGINE}--max-old-space-size=${limits.heap}${noEval}`);
  }
  const { denyNet = [], ...grants } = withProgram(main, permissions);
  if (denyNet.length > 0) flags.push(`--deny-net=${denyNet.join(",")}`);
  for (const [name, grant] of Object.entries(grants)) {
    if (grant === true) flags.push(`--allow-${name}`);
    else if (grant && grant.length > 0) {
      flags.push(`--allow-${name}=${grant.map(escapeComma).join(",")}`);
    }
  }
  return flags;
}

/** A bundle's lazy chunks are read when they are needed: the program may read its own folder. */
function withProgram(main: string, permissions: RolePermissions): RolePermissions {
  if (!bundled() || isRemote(main) || permissions.read === true) return permissions;
  return { ...permissions, read: [...permissions.read ?? [], dirname(main)] };
}

function moduleOf(entry: { source: string; bundled: string }): string {
  const url = new URL(bundled() ? entry.bundled : entry.source, import.meta.url);
  return url.protocol === "file:" ? fromFileUrl(url) : url.href;
}

function bundled(): boolean {
  return typeof EDGESPARK_ASSETS === "string";
}

function isRemote(main: string): boolean {
  return /^https?:/.test(main);
}

/** Deno splits its path lists at commas; a doubled comma is a literal one. */
function escapeComma(value: string): string {
  return value.replaceAll(",", ",,");
}

function mainModule(): string {
  return Deno.mainModule.startsWith("file:") ? fromFileUrl(Deno.mainModule) : Deno.mainModule;
}
