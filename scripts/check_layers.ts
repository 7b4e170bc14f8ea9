/**
 * Holds the tree against docs/architecture.md: which room may import which, where `Deno.` may be said,
 * that the runtime imports only what Workers have, and that nothing heavy is on the way to `--help`.
 * `deno run -A scripts/check_layers.ts`
 */
import { join, relative, toFileUrl } from "@std/path";
import { ROOT } from "./esbuild_options.ts";
import { foreignImports } from "./runtime_imports.ts";

/** Rooms of `lib` that a domain is; they meet through plain data. */
const DOMAINS = [
  "archive",
  "project",
  "sandbox",
  "bundle",
  "schema",
  "declare",
  "check",
  "generated",
  "scaffold",
  "deploy",
  "log",
  "tools",
];

/** From (prefix) -> what it must never import (prefixes). The first matching rule counts. */
const FORBIDDEN: [from: string, never: string[]][] = [
  ["lib/cli/", ["commands/", "lib/deno/", "lib/platform/local/", "lib/platform/cloudflare/"]],
  ["lib/compat/", [
    "commands/",
    "lib/cli/",
    "lib/platform/",
    "lib/deno/",
    "lib/ports/",
    "lib/project/",
  ]],
  ["lib/ports/", [
    "commands/",
    "lib/cli/",
    "lib/platform/",
    "lib/deno/",
    ...DOMAINS.map((room) => `lib/${room}/`),
  ]],
  ["lib/runtime/", [
    "commands/",
    "lib/cli/",
    "lib/deno/",
    "lib/platform/",
    "lib/ports/",
    "lib/project/",
  ]],
  ["lib/platform/", ["commands/", "lib/cli/", "lib/compat/cliffy"]],
  ["lib/deno/", ["commands/", "lib/cli/"]],
  ["lib/", [
    "commands/",
    "lib/cli/",
    "lib/deno/",
    "lib/compat/cliffy",
    "lib/platform/local/",
    "lib/platform/cloudflare/",
  ]],
  ["commands/", ["lib/deno/", "lib/platform/local/", "lib/platform/cloudflare/"]],
];

/** Exceptions, each with its reason. */
const ALLOWED: [from: string, to: string][] = [
  // The port's one switch over adapters.
  ["lib/platform/open.ts", "lib/platform/local/"],
  ["lib/platform/open.ts", "lib/platform/cloudflare/"],
  // Log records are plain data, shared by the runtime that writes them and the port that reads them.
  ["lib/runtime/", "lib/platform/platform.ts"],
  // A role is entered by naming its room.
  ["lib/deno/enter.ts", "lib/"],
];

const SAYS_DENO = ["lib/deno/", "lib/sandbox/", "lib/platform/local/"];

/** Packages that must not be loaded for `--help`. */
const HEAVY = [
  "zod",
  "drizzle-orm",
  "drizzle-kit",
  "esbuild",
  "better-auth",
  "hono",
  "yaml",
  "@clack/prompts",
  "smol-toml",
  "@babel/parser",
];

interface Module {
  specifier: string;
  dependencies?: {
    specifier: string;
    code?: { specifier: string };
    type?: { specifier: string };
    isDynamic?: boolean;
  }[];
}

const problems: string[] = [];
const modules = await graph();
for (const module of modules) checkModule(module);
problems.push(...foreignImports(modules.map((module) => ({
  name: local(module.specifier)!,
  imports: (module.dependencies ?? []).map(({ specifier, code, type }) => ({
    specifier,
    to: local(code?.specifier ?? type?.specifier ?? ""),
    typeOnly: !code,
  })),
}))));
checkHelpPath(modules);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  console.error(`${problems.length} problems with the layers`);
  Deno.exit(1);
}
console.log(`Layers hold: ${modules.length} modules`);

function checkModule(module: Module): void {
  const from = local(module.specifier)!;
  for (const dependency of module.dependencies ?? []) {
    const to = local(dependency.code?.specifier ?? dependency.type?.specifier ?? "");
    if (to) checkArrow(from, to);
  }
  const text = Deno.readTextFileSync(new URL(module.specifier));
  const code = text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "");
  if (from.startsWith("lib/") || from.startsWith("commands/")) {
    if (/\bDeno\.\w/.test(code) && !SAYS_DENO.some((room) => from.startsWith(room))) {
      problems.push(`${from}: says \`Deno.\``);
    }
    if (/\bprocess\.exit|Deno\.exit/.test(code) && from.startsWith("commands/")) {
      problems.push(`${from}: exits`);
    }
  }
}

function checkArrow(from: string, to: string): void {
  if (ALLOWED.some(([a, b]) => from.startsWith(a) && to.startsWith(b))) return;
  const rule = FORBIDDEN.find(([prefix]) => from.startsWith(prefix));
  const never = rule?.[1].find((prefix) => to.startsWith(prefix));
  if (never) problems.push(`${from}: must not import ${to}`);
}

/** Walks static imports only from main.ts through what it imports for every command line. */
function checkHelpPath(modules: Module[]): void {
  const bySpecifier = new Map(modules.map((module) => [local(module.specifier), module]));
  const seen = new Set<string>();
  const queue = ["main.ts", "lib/cli/run.ts", "lib/deno/system.ts", "commands/mod.ts"];
  for (let name = queue.pop(); name; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const dependency of bySpecifier.get(name)?.dependencies ?? []) {
      if (dependency.isDynamic || !dependency.code) continue;
      const heavy = HEAVY.find((packageName) =>
        dependency.specifier === packageName || dependency.specifier.startsWith(`${packageName}/`)
      );
      if (heavy) problems.push(`${name}: loads ${heavy} on the way to \`--help\``);
      const next = local(dependency.code.specifier);
      if (next) queue.push(next);
    }
  }
}

/**
 * Every module of the program. From `main.ts` alone much would be missing: the code of the Workers is
 * built into assets and imported by nobody.
 */
async function graph(): Promise<Module[]> {
  const all = join(ROOT, ".build", "all_modules.ts");
  const names = ["main.ts", ...await modulesUnder("commands"), ...await modulesUnder("lib")];
  const imports = names.map((name) => `import "${toFileUrl(join(ROOT, name)).href}";\n`);
  await Deno.writeTextFile(all, imports.join(""));
  const info = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", all],
    cwd: ROOT,
    stdout: "piped",
    stderr: "inherit",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(info.stdout)) as { modules: Module[] };
  const own = modules.filter((module) => local(module.specifier));
  const missing = names.filter((name) => !own.some(({ specifier }) => local(specifier) === name));
  if (missing.length > 0) throw new Error(`Not looked at: ${missing.join(", ")}`);
  return own;
}

async function modulesUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    if (isDirectory) found.push(...await modulesUnder(`${folder}/${name}`));
    else if (name.endsWith(".ts") && !name.endsWith(".d.ts")) found.push(`${folder}/${name}`);
  }
  return found;
}

/** Path from the root with forward slashes; null for what is not ours. */
function local(specifier: string): string | null {
  if (!specifier.startsWith("file:")) return null;
  const path = relative(ROOT, decodeURIComponent(new URL(specifier).pathname)).replaceAll(
    "\\",
    "/",
  );
  return /^(\.|node_modules\/)/.test(path) ? null : path;
}
