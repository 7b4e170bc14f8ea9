/** Names that open a device on Windows, with any ending (learn.microsoft.com, "Naming Files"). */
const DEVICE =
  /^(con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(\.|$)/i;
/** What no name may hold on Windows, where `:` opens a second stream and `\` is a separator. */
// deno-lint-ignore no-control-regex -- control characters are what it looks for
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"|?*\\]/;
/** Characters that some file systems drop from a name, so that it becomes another one. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/;
const LONGEST_PATH = 1024;
const LONGEST_NAME = 255;

/**
 * Why a path must not be written on any system; null when it is one that stays below the folder it is
 * unpacked into. Slashes separate; nothing is mended, so that no two readers can disagree on a name.
 */
export function pathProblem(path: string): string | null {
  if (path === "") return "it is empty";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "it is absolute";
  if (path.includes("\ufffd")) return "it is not UTF-8";
  if (new TextEncoder().encode(path).length > LONGEST_PATH) return "it is too long";
  for (const name of path.split("/")) {
    const problem = nameProblem(name);
    if (problem) return problem;
  }
  return null;
}

function nameProblem(name: string): string | null {
  if (name === "..") return "it leads out of the folder";
  if (name === "" || name === ".") return "it has an empty part";
  if (new TextEncoder().encode(name).length > LONGEST_NAME) return "a part of it is too long";
  if (FORBIDDEN.test(name)) return "it holds a character that not every system allows";
  if (INVISIBLE.test(name)) return "it holds an invisible character";
  if (/[. ]$/.test(name)) return "a part of it ends with a dot or a blank";
  return DEVICE.test(name) ? "it names a device on Windows" : null;
}

/** Paths with the same key are one file where case, or the form of an accent, does not count. */
export function collisionKey(path: string): string {
  return path.normalize("NFKC").toLowerCase().normalize("NFC");
}

/**
 * The first path that could not lie beside the others everywhere: the same file in another spelling,
 * a file where another one needs a folder, or a folder in two spellings.
 */
export function findCollision(paths: string[]): [path: string, other: string] | null {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const path of paths) {
    const key = collisionKey(path);
    const other = files.get(key) ?? folders.get(key);
    if (other !== undefined) return [path, other];
    files.set(key, path);
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      const folder = path.slice(0, end);
      const folderKey = collisionKey(folder);
      const file = files.get(folderKey);
      if (file !== undefined) return [path, file];
      const spelled = folders.get(folderKey) ?? folder;
      if (spelled !== folder) return [path, spelled];
      folders.set(folderKey, folder);
    }
  }
  return null;
}
