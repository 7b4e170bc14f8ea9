import { dirname, join, relative } from "@std/path";
import type { System } from "../ports/system.ts";
import type { Project } from "./project.ts";

/** A file and those that it exports whole, in their order. */
interface StarTree {
  /** As the entry module imports it. */
  specifier: string;
  stars: StarTree[];
}

/** Files deeper than this hold no schema. A ring of them ends by itself, and stands there by the alphabet. */
const DEPTH = 16;

/**
 * The code that imports `schema`, its names in drizzle-kit's order, which becomes that of the tables: the
 * file's own ones by the alphabet, then those of each `export * from "./..."` as these stand there, and so
 * on in the files behind. A namespace alone would have them all by the alphabet.
 */
export async function schemaImports(system: System, project: Project): Promise<string[]> {
  const file = join(project.defs, "db_schema.ts");
  const stars = await starsOf(system, project, file, [file]);
  if (stars.length === 0) return ['import * as schema from "./db_schema";'];
  const specifiers: string[] = [];
  const tree = (nodes: StarTree[]): string =>
    `[${
      nodes.map(({ specifier, stars }) => `[star${specifiers.push(specifier) - 1}, ${tree(stars)}]`)
        .join(", ")
    }]`;
  const nested = tree(stars);
  return [
    'import * as all from "./db_schema";',
    ...specifiers.map((name, index) => `import * as star${index} from ${JSON.stringify(name)};`),
    "const isOwn = (name, all, stars) =>",
    "  !stars.some(([star]) => name in star && star[name] === all[name]);",
    "const order = (all, stars) => [",
    "  Object.keys(all).filter((name) => isOwn(name, all, stars)),",
    "  ...stars.map(([star, nested]) => order(star, nested)),",
    "].flat();",
    `const names = order(all, ${nested}).filter((name) => name in all);`,
    "const schema = Object.fromEntries(names.map((name) => [name, all[name]]));",
  ];
}

async function starsOf(
  system: System,
  project: Project,
  file: string,
  above: string[],
): Promise<StarTree[]> {
  const text = new TextDecoder().decode(await system.files.read(file) ?? new Uint8Array());
  const code = text.replace(/\/\*[^]*?\*\//g, "");
  const found = [...code.matchAll(/^\s*export\s*\*\s*from\s*["'](\.[^"'\n]*)["']/gm)]
    .map(([, specifier]) => join(dirname(file), specifier!));
  return await Promise.all(found.map(async (path): Promise<StarTree> => {
    const inner = above.length < DEPTH ? await fileOf(system, project, path) : null;
    return {
      specifier: `./${relative(project.defs, path).replaceAll("\\", "/")}`,
      stars: inner === null || above.includes(inner)
        ? []
        : await starsOf(system, project, inner, [...above, inner]),
    };
  }));
}

/** Where a specifier leads, as TypeScript looks for it; null: nowhere that is known here. */
async function fileOf(system: System, { root }: Project, path: string): Promise<string | null> {
  if (relative(root, path).startsWith("..")) return null;
  const bare = path.replace(/\.([mc]?)js$/, ".$1ts");
  for (const name of [bare, path, `${path}.ts`, `${path}.mts`, join(path, "index.ts")]) {
    if ((await system.files.info(name))?.kind === "file") return name;
  }
  return null;
}
