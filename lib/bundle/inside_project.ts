import type { Metafile } from "esbuild";
import { isAbsolute, join } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { inPackage } from "./resolve.ts";

/**
 * Refuses a bundle that took anything from outside of the project: by `../..`, or through a link. The
 * bundler names files by their real paths, relative to `root`, the project's real path. Nothing of such
 * a bundle was run or shown.
 *
 * @throws Failure IMPORT_OUTSIDE (failed) with file and line of the import.
 */
export async function insideProject(
  system: System,
  root: string,
  inputs: Metafile["inputs"],
): Promise<void> {
  const outside = Object.keys(inputs).filter(isOutside);
  for (const [importer, { imports }] of Object.entries(inputs)) {
    const escape = imports.find(({ path }) => outside.includes(path));
    if (!escape || isOutside(importer)) continue;
    const specifier = escape.original ?? escape.path;
    const line = await lineOf(system, join(root, importer), specifier);
    const linked = inPackage(escape.path) || !/^\.\.?\//.test(specifier);
    throw new Failure(
      "failed",
      "IMPORT_OUTSIDE",
      `\`${importer}${
        line ? `:${line}` : ""
      }\` imports \`${specifier}\`, which lies outside the project`,
      {
        hint: linked
          ? "Install the package inside the project, or put `edgespark.toml` at the root of the workspace, with `path` below `[server]` naming the server's folder"
          : "Move the file into the project, without a link",
        details: { file: importer, line, reason: "outside the project" },
      },
    );
  }
  if (outside.length > 0) {
    throw new Failure(
      "failed",
      "IMPORT_OUTSIDE",
      "The code lies outside the project, behind a link",
      { details: { file: null, line: null } },
    );
  }
}

/** Names with a colon are modules of ours, which lie in no folder. */
function isOutside(path: string): boolean {
  return path.startsWith("../") || path === ".." || isAbsolute(path);
}

async function lineOf(system: System, file: string, specifier: string): Promise<number | null> {
  const bytes = await system.files.read(file).catch(() => null);
  const lines = bytes === null ? [] : new TextDecoder().decode(bytes).split("\n");
  const index = lines.findIndex((line) =>
    line.includes(`"${specifier}"`) || line.includes(`'${specifier}'`)
  );
  return index < 0 ? null : index + 1;
}
