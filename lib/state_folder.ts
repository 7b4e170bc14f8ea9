import { isAbsolute, join } from "@std/path";
import type { Env } from "./ports/env.ts";

/**
 * The folder outside every project where this user's keys lie, or null when the machine names none:
 * `EDGESPARK_STATE_DIR`, else `edgespark` in the XDG state folder or what the system has instead.
 */
export function stateFolder(env: Pick<Env, "get" | "os" | "cwd">): string | null {
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
