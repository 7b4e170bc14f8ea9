import { dirname, join, relative } from "@std/path";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import type { CodeModule } from "./code/module.ts";
import { findExport, isWhollyKnown, type Program } from "./code/program.ts";

/** The exports that the platform reads from `defs/index.ts`, the file each comes from, and how to write it. */
const REQUIRED = [
  {
    name: "drizzleSchema",
    from: "db_schema.ts",
    line: "export const drizzleSchema = { ...tables, ...relations, ...sysTables, ...sysRelations }",
  },
  {
    name: "buckets",
    from: "storage_schema.ts",
    line: 'export * as buckets from "./storage_schema"',
  },
  { name: "VarKey", from: "runtime.ts", line: 'export type { VarKey } from "./runtime"' },
  { name: "SecretKey", from: "runtime.ts", line: 'export type { SecretKey } from "./runtime"' },
];

/** `defs/index.ts` must export what the platform reads of it (contract section 2.9). */
export async function barrelFindings(
  system: System,
  project: Project,
  program: Program,
): Promise<Finding[]> {
  const path = join(project.defs, "index.ts");
  const barrel = program.modules.get(path);
  const file = nameOf(project, path);
  if (!barrel) {
    // One that is there and cannot be parsed is told as such.
    if (await system.files.info(path)) return [];
    const lines = REQUIRED.map(({ line }) => `\`${line}\``).join(", ");
    return [error(
      "BARREL_MISSING",
      file,
      null,
      `There is no \`${file}\``,
      `Add it; it re-exports what stands in \`${nameOf(project, project.defs)}\`: ${lines}`,
    )];
  }
  const missing = REQUIRED.filter(({ name }) =>
    !findExport(program, barrel, name) && isWhollyKnown(program, barrel)
  );
  return missing.map(({ name, from, line }) => {
    const isNeeded = program.modules.has(join(project.defs, from));
    return {
      code: "BARREL_EXPORT",
      severity: isNeeded ? "error" : "info",
      file,
      line: 1,
      message: `\`${file}\` does not export \`${name}\`` +
        (isNeeded ? "" : `; nothing needs it while there is no \`${from}\``),
      fix: isNeeded ? `Add \`${line}\` to it` : null,
    };
  });
}

/**
 * Definitions are read before the app runs: they may import each other, the generated system tables and
 * packages, but neither the SDK nor the app's own code (contract section 2.9).
 */
export function boundaryFindings(project: Project, program: Program): Finding[] {
  const generated = project.generated;
  return [...program.modules.values()].filter(({ path }) => isIn(path, project.defs)).flatMap(
    (module) =>
      module.imports.flatMap(({ specifier, line }) => {
        if (specifier === "edgespark" || specifier.startsWith("edgespark/")) {
          return [error(
            "DEFS_IMPORT_SDK",
            module.file,
            line,
            `A definition imports \`${specifier}\``,
            `Take the import out of line ${line}; types come from "@sdk/server-types", and the SDK is for handlers`,
          )];
        }
        const target = targetOf(module, specifier);
        if (target === null || isIn(target, project.defs) || isIn(target, generated)) return [];
        return [{
          ...error(
            "DEFS_IMPORT_OUTSIDE",
            module.file,
            line,
            `A definition imports \`${specifier}\`, which is neither a definition nor generated`,
            `Move what line ${line} needs into \`${nameOf(project, project.defs)}\``,
          ),
          severity: "warning" as const,
        }];
      }),
  );
}

function targetOf(module: CodeModule, specifier: string): string | null {
  return /^\.\.?(\/|$)/.test(specifier) ? join(dirname(module.path), specifier) : null;
}

function isIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || /^\.\.[\\/]/.test(way));
}

/** How messages name a path: relative to the root, with forward slashes. */
export function nameOf(project: Project, path: string): string {
  return relative(project.root, path).replaceAll("\\", "/");
}

function error(
  code: string,
  file: string,
  line: number | null,
  message: string,
  fix: string,
): Finding {
  return { code, severity: "error", file, line, message, fix };
}
