import { isAbsolute, join } from "@std/path";
import { Failure } from "../../failure.ts";
import type { Env } from "../../ports/env.ts";

/**
 * The folder outside every project where this user's keys lie, or null when the machine names none:
 * `EDGESPARK_STATE_DIR`, else `edgespark` in the XDG state folder or what the system has instead.
 */
export function stateFolder(env: Env): string | null {
  const own = env.get("EDGESPARK_STATE_DIR");
  if (own) return isAbsolute(own) ? own : join(env.cwd, own);
  const xdg = env.get("XDG_STATE_HOME");
  if (xdg && isAbsolute(xdg)) return join(xdg, "edgespark");
  if (env.os === "windows") {
    const local = env.get("LOCALAPPDATA");
    return local ? join(local, "edgespark") : null;
  }
  const home = env.get("HOME");
  if (!home || !isAbsolute(home)) return null;
  return join(
    home,
    env.os === "darwin" ? "Library/Application Support" : ".local/state",
    "edgespark",
  );
}

/** What is said when there is no folder for keys. */
export function noStateFolder(folder: string | null, cause?: unknown): Failure {
  const what = folder === null
    ? "No folder for keys: this machine names no home"
    : `Cannot keep keys in \`${folder}\``;
  return new Failure("config", "NO_STATE_DIR", what, {
    hint: "Set `EDGESPARK_STATE_DIR` to a folder outside the project that only your user may read",
    details: folder === null ? undefined : { folder },
    cause,
  });
}
