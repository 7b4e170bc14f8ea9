import { dirname, isAbsolute, join, relative } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { decode, type Project } from "../project/project.ts";
import { plainJson } from "./plain_json.ts";

/** One tsconfig of a chain. */
export interface TsconfigFile {
  /** Absolute. */
  file: string;
  options: Record<string, unknown>;
}

/** How far `extends` is followed; TypeScript itself stops only at a circle. */
const DEPTH = 20;

/**
 * `server/tsconfig.json` and what it extends, the most general first: later ones override earlier
 * ones. What lies outside the project, is missing or turns in a circle is left out and said: the
 * bundler must not be pointed at any file of the machine.
 *
 * @throws Failure TSCONFIG_INVALID (config)
 */
export async function readTsconfigChain(
  system: System,
  project: Project,
): Promise<{ files: TsconfigFile[]; warnings: string[] }> {
  const warnings: string[] = [];
  const nameOf = (file: string) => relative(project.root, file).replaceAll("\\", "/");
  const read = async (file: string, above: string[]): Promise<TsconfigFile[]> => {
    const bytes = await system.files.read(file);
    if (bytes === null) return [];
    const root = parse(decode(bytes, file), nameOf(file));
    const bases = [root.extends].flat().filter((base) => typeof base === "string");
    const files: TsconfigFile[] = [];
    for (const base of bases) {
      const found = await findBase(system, project, file, base);
      if (found === null || above.includes(found) || above.length > DEPTH) {
        warnings.push(
          `${nameOf(file)}: extends \`${base}\`, ${reasonOf(found)}; it was not followed`,
        );
      } else files.push(...await read(found, [...above, found]));
    }
    const options = root.compilerOptions;
    return [...files, { file, options: isRecord(options) ? options : {} }];
  };
  const own = join(project.server, "tsconfig.json");
  return { files: await read(own, [own]), warnings };
}

function reasonOf(found: string | null): string {
  return found === null ? "which is not in the project" : "which leads back to it";
}

/** The file that `extends` names: a path, or a file of a package in `node_modules`; inside the project. */
async function findBase(
  system: System,
  project: Project,
  from: string,
  base: string,
): Promise<string | null> {
  const root = await system.files.real(project.root);
  for (const candidate of candidates(project, from, base)) {
    const info = await system.files.info(candidate).catch(() => null);
    if (info === null || info.kind === "folder") continue;
    const real = await system.files.real(candidate).catch(() => null);
    const inside = real === null ? ".." : relative(root, real);
    if (real !== null && !inside.startsWith("..") && !isAbsolute(inside)) return real;
  }
  return null;
}

function candidates(project: Project, from: string, base: string): string[] {
  const forms = (path: string) =>
    path.endsWith(".json") ? [path] : [path, `${path}.json`, join(path, "tsconfig.json")];
  if (/^\.\.?([\\/]|$)/.test(base) || isAbsolute(base)) {
    return forms(isAbsolute(base) ? base : join(dirname(from), base));
  }
  const found: string[] = [];
  for (let folder = dirname(from);; folder = dirname(folder)) {
    found.push(...forms(join(folder, "node_modules", base)));
    if (folder === project.root || folder === dirname(folder)) return found;
  }
}

function parse(text: string, name: string): Record<string, unknown> {
  try {
    const root: unknown = JSON.parse(plainJson(text));
    return isRecord(root) ? root : {};
  } catch (cause) {
    throw new Failure(
      "config",
      "TSCONFIG_INVALID",
      `Invalid \`${name}\`: ${cause instanceof Error ? cause.message : cause}`,
      { hint: "Correct the file: it is JSON with comments", details: { file: name }, cause },
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
