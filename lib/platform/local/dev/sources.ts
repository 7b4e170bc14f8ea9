import { basename, dirname, join, relative } from "@std/path";
import type { Project } from "../../../project/project.ts";

/** What of a project is read apart, so that a change of one is not a reading of all. */
export type Part = "code" | "schema" | "buckets" | "values" | "auth" | "seed" | "config";

/** Everything that a first start reads. */
export const ALL_PARTS: Part[] = ["code", "schema", "buckets", "values", "auth"];

/** Names that editors and systems use for files which are none of the project's. */
const NOISE = /(^\.#|^#.*#$|~$|\.sw[a-z]$|\.tmp$|\.part$|^4913$|^\.DS_Store$|___jb_(tmp|old)___$)/;

const FOR_ALL = /^(tsconfig.*\.json|package(-lock)?\.json|node_modules)$/;

/** Which files feed what: answered without reading any. */
export class Sources {
  /** Files that the schema and the buckets were read from, relative to the root. */
  schema: ReadonlySet<string> = new Set();
  /** Files outside of `server/src` that the app was built from. */
  others: ReadonlySet<string> = new Set();

  constructor(readonly project: Project) {}

  /** The folders to watch whole, and those to watch without what lies deeper. */
  folders(): { deep: string[]; flat: string[] } {
    const { root, server } = this.project;
    const others = [...this.others].map((file) => join(root, file, ".."));
    return {
      deep: [join(server, "src"), join(server, "dev"), join(root, "configs")],
      flat: [...new Set([root, server, ...others])],
    };
  }

  /** Whether every import may mean something else after a change there: compiler settings, packages. */
  isForAll(path: string): boolean {
    const { root, server } = this.project;
    const folder = dirname(path);
    return (folder === root || folder === server) && FOR_ALL.test(basename(path));
  }

  /** What a folder holds that nobody has watched yet. */
  partsIn(folder: string): Part[] {
    const { root, server } = this.project;
    if (folder === join(server, "src")) return ["code", "schema", "buckets", "values"];
    return folder === join(root, "configs") ? ["auth"] : ["seed"];
  }

  /** What a change at a path asks to be read again. */
  partsOf(path: string): Part[] {
    const { root, server, configFile, authConfigFile, defs } = this.project;
    const name = basename(path);
    if (NOISE.test(name)) return [];
    if (path === configFile) return ["config"];
    if (path === authConfigFile) return ["auth"];
    if (name === ".env.local" && (path === join(root, name) || path === join(server, name))) {
      return ["values"];
    }
    if (this.isForAll(path)) return ["code", "schema", "buckets"];
    if (isBelow(join(server, "dev"), path)) return ["seed"];
    const file = relative(root, path).replaceAll("\\", "/");
    if (path === join(defs, "runtime.ts")) return ["code", "values"];
    if (path === defs || isBelow(defs, path) || this.schema.has(file)) {
      return ["code", "schema", "buckets", "values"];
    }
    if (isBelow(join(server, "src"), path) || this.others.has(file)) return ["code"];
    return [];
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith("..") && way !== "";
}
