import { dirname, join } from "@std/path";
import { matchPaths, type TsSettings } from "../../bundle/tsconfig.ts";
import type { CodeModule, Exported } from "./module.ts";

/** The modules of a project and the way from one to another. */
export interface Program {
  /** By absolute path. */
  modules: Map<string, CodeModule>;
  ts: TsSettings;
  /** `server/src/defs`, absolute. */
  defs: string;
}

/** Where a name of a module comes from: another one's export, followed to its end. */
export interface Origin {
  module: CodeModule;
  exported: Exported;
}

const ENDINGS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs"];

/** The file of the project that a specifier means; null for packages and what is not there. */
export function resolveModule(
  program: Program,
  from: CodeModule,
  specifier: string,
): CodeModule | null {
  const targets = /^\.\.?(\/|$)/.test(specifier)
    ? [join(dirname(from.path), specifier)]
    : specifier === "@defs"
    ? [join(program.defs, "index.ts")]
    : matchPaths(specifier, program.ts) ??
      (program.ts.baseUrl === null ? [] : [join(program.ts.baseUrl, specifier)]);
  for (const target of targets) {
    // `./a.js` is written for `./a.ts`.
    const base = target.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
    const names = [target, base, ...ENDINGS.map((ending) => target + ending)];
    for (const name of [...names, ...ENDINGS.map((ending) => join(target, `index${ending}`))]) {
      const module = program.modules.get(name);
      if (module) return module;
    }
  }
  return null;
}

/** What a module exports under a name, through every re-export; null: nothing that can be seen. */
export function findExport(
  program: Program,
  module: CodeModule,
  name: string,
  seen: Set<CodeModule> = new Set(),
): Origin | null {
  const exported = module.exports.get(name);
  if (exported) return { module, exported };
  if (seen.has(module)) return null;
  seen.add(module);
  for (const star of name === "default" ? [] : module.stars) {
    const target = resolveModule(program, module, star);
    const found = target && findExport(program, target, name, seen);
    if (found) return found;
  }
  return null;
}

/** Whether every `export *` of a module leads to a file that is known: then what is not found is not there. */
export function isWhollyKnown(
  program: Program,
  module: CodeModule,
  seen: Set<CodeModule> = new Set(),
): boolean {
  if (seen.has(module)) return true;
  seen.add(module);
  return module.stars.every((star) => {
    const target = resolveModule(program, module, star);
    return target !== null && isWhollyKnown(program, target, seen);
  });
}
