import { join } from "@std/path";

/** The user's cache folder for this program, or null when the machine names none. */
export function cacheFolder(): string | null {
  const set = Deno.env.get("EDGESPARK_CACHE_DIR");
  if (set) return set;
  const base = userFolder("XDG_CACHE_HOME", ".cache", "Library/Caches");
  return base && join(base, "edgespark");
}

/** The folder for temporary files. */
export function tempFolder(): string {
  for (const name of ["TMPDIR", "TEMP", "TMP"]) {
    const set = Deno.env.get(name);
    if (set) return set;
  }
  return Deno.build.os === "windows" ? "C:\\Windows\\Temp" : "/tmp";
}

/** Deno's own cache, where npm packages lie when the program runs from source. */
export function denoFolder(): string | null {
  const set = Deno.env.get("DENO_DIR");
  if (set) return set;
  const base = userFolder("XDG_CACHE_HOME", ".cache", "Library/Caches");
  return base && join(base, "deno");
}

/** XDG base directories where they are set; the system's custom elsewhere. */
function userFolder(xdg: string, unix: string, mac: string): string | null {
  const set = Deno.env.get(xdg);
  if (set && set.startsWith("/")) return set;
  if (Deno.build.os === "windows") return Deno.env.get("LOCALAPPDATA") ?? null;
  const home = Deno.env.get("HOME");
  if (!home || !home.startsWith("/")) return null;
  return join(home, Deno.build.os === "darwin" ? mac : unix);
}
