import { rename, rmdir } from "node:fs/promises";

/**
 * Gives a folder its final name in one step. An empty folder may stand there and is replaced.
 *
 * @returns false when something else stands there by now; nothing was moved then.
 */
export async function moveIntoPlace(from: string, to: string): Promise<boolean> {
  for (const last of [false, true]) {
    try {
      await rename(from, to);
      return true;
    } catch (error) {
      if (!isTaken(error)) throw error;
      // Windows does not rename onto an empty folder; rmdir refuses one that is not empty.
      if (last || !(await rmdir(to).then(() => true, () => false))) return false;
    }
  }
  return false;
}

function isTaken(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? "";
  return ["EEXIST", "ENOTEMPTY", "ENOTDIR", "EPERM", "EACCES"].includes(code);
}
