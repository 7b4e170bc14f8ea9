import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { join } from "@std/path";
import type { Project } from "../project/project.ts";
import type { OwnDetail } from "./build_failure.ts";
import { loadBuiltins } from "./builtin_modules.ts";
import { builtinName, builtinReason } from "./builtins.ts";
import { matchPaths, type TsSettings } from "./tsconfig.ts";

/** How one kind of bundle answers the imports that are no files of the project. */
export interface ResolveRules {
  project: Project;
  ts: TsSettings;
  /** Node's built-in modules that the code may use. */
  builtins: ReadonlySet<string>;
  /** Who has no use for the rest: "A schema file", "A deployed app". */
  subject: string;
  /** Modules that come from us; null hands the specifier on. */
  provided(
    specifier: string,
    args: OnResolveArgs,
    build: PluginBuild,
  ): Promise<OnResolveResult | null> | OnResolveResult | null;
}

/** Set on resolutions that our own plugin asks for, so that it does not answer itself. */
const ASKED = Symbol("asked");

/**
 * Decides about every import that does not start with a dot: an allow-list of schemes, built-in
 * modules, the names of the SDK, `paths` of the tsconfig; what is left are packages, looked for in
 * `node_modules`. Relative imports are resolved by the bundler; `insideProject` checks where all of it led.
 */
export function resolveImports(rules: ResolveRules): Plugin {
  return {
    name: "imports",
    setup(build) {
      loadBuiltins(build);
      build.onResolve({ filter: /^[^.]/ }, (args) => {
        if (args.kind === "entry-point" || args.pluginData === ASKED) return null;
        return answer(args, rules, build);
      });
      build.onLoad(
        { filter: /.*/, namespace: "empty" },
        () => ({ contents: "export {}", loader: "js" }),
      );
    },
  };
}

/** Resolves as the bundler itself would; null when it finds nothing. */
export async function ask(
  build: PluginBuild,
  specifier: string,
  args: Pick<OnResolveArgs, "kind" | "resolveDir" | "importer">,
): Promise<OnResolveResult | null> {
  const { errors, path, namespace, sideEffects, suffix } = await build.resolve(specifier, {
    kind: args.kind,
    resolveDir: args.resolveDir,
    importer: args.importer,
    pluginData: ASKED,
  });
  return errors.length > 0 ? null : { path, namespace, sideEffects, suffix };
}

async function answer(
  args: OnResolveArgs,
  rules: ResolveRules,
  build: PluginBuild,
): Promise<OnResolveResult | null> {
  const specifier = args.path;
  if (/[\0\r\n]/.test(specifier)) return refuse(rules, "This is no module name");
  const builtin = builtinName(specifier);
  if (builtin !== null) return builtinResult(builtin, args, rules);
  const scheme = /^([a-z][\w+.-]*):/i.exec(specifier)?.[1];
  if (scheme) {
    return refuse(
      rules,
      `\`${shorten(specifier)}\` cannot be imported: \`${scheme}:\` imports are not allowed`,
    );
  }
  if (/^[/\\]/.test(specifier)) {
    return refuse(rules, `\`${specifier}\` cannot be imported: the path is absolute`);
  }
  if (specifier === "@sdk/server-types") return { path: specifier, namespace: "empty" };
  const own = await rules.provided(specifier, args, build);
  if (own) return own;
  if (inPackage(args.importer)) return null;
  if (specifier === "@defs") {
    return await ask(build, "./index", { ...args, resolveDir: rules.project.defs });
  }
  for (const target of matchPaths(specifier, rules.ts) ?? []) {
    // A declaration file says what a module looks like, not what it is.
    if (target.endsWith(".d.ts")) return { path: specifier, namespace: "empty" };
    const found = await ask(build, `./${target.split(/[\\/]/).pop()}`, {
      ...args,
      resolveDir: join(target, ".."),
    });
    if (found) return found;
  }
  return rules.ts.baseUrl === null
    ? null
    : await ask(build, `./${specifier}`, { ...args, resolveDir: rules.ts.baseUrl });
}

function builtinResult(name: string, args: OnResolveArgs, rules: ResolveRules): OnResolveResult {
  if (rules.builtins.has(name)) {
    if (name === "process") return { path: name, namespace: "process-module" };
    const dynamic = args.kind === "require-call" || args.kind === "dynamic-import";
    return dynamic
      ? { path: name, namespace: args.kind }
      : { path: `node:${name}`, external: true };
  }
  // Packages often name such a module for other hosts and never use it here.
  if (inPackage(args.importer)) return { path: name, namespace: "absent-builtin" };
  return refuse(rules, `${rules.subject} cannot import \`${args.path}\``, builtinReason(name));
}

/** An error at the place of the import. */
export function refuse(
  rules: Pick<ResolveRules, "subject">,
  text: string,
  hint =
    `${rules.subject} may import files of the project and packages from npm; take this import out`,
): OnResolveResult {
  return { errors: [{ text, detail: { code: "IMPORT_REFUSED", hint } satisfies OwnDetail }] };
}

export function inPackage(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
