import type { ScaffoldFile } from "./templates.ts";
import { textOf } from "./text.ts";

/**
 * Gives the packages of a template the project's name: the root gets it itself, a part that was called
 * after the root, as `shop-server` is after `shop`, is called after the project.
 */
export function fitPackageNames(
  files: Map<string, ScaffoldFile>,
  name: string,
  parts: string[],
): void {
  // npm takes no capitals in the name of a package.
  const wanted = name.toLowerCase();
  const root = nameIn(files.get("package.json"));
  if (root !== null) rename(files, "package.json", wanted);
  for (const part of parts) {
    const path = part === "." ? "package.json" : `${part}/package.json`;
    const old = nameIn(files.get(path));
    if (old === null || path === "package.json") continue;
    const isAfter = root !== null && (old === root || old.startsWith(`${root}-`));
    const renamed = isAfter ? wanted + old.slice(root.length) : old.replace(name, wanted);
    if (renamed !== old) rename(files, path, renamed);
  }
}

function nameIn(file: ScaffoldFile | undefined): string | null {
  try {
    const { name } = JSON.parse(textOf(file?.content) ?? "{}");
    return typeof name === "string" ? name : null;
  } catch {
    return null;
  }
}

/** Changes the one word and leaves the rest of the file as it is written. */
function rename(files: Map<string, ScaffoldFile>, path: string, name: string): void {
  const file = files.get(path)!;
  const text = textOf(file.content)!;
  const changed = text.replace(/("name"\s*:\s*)"(?:[^"\\]|\\.)*"/, `$1"${name}"`);
  const renamed = { ...file, content: changed };
  files.set(
    path,
    nameIn(renamed) === name
      ? renamed
      : { ...file, content: JSON.stringify({ ...JSON.parse(text), name }, null, 2) + "\n" },
  );
}
