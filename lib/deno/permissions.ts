import { dirname, fromFileUrl } from "@std/path";
import type { Permissions } from "../ports/permissions.ts";
import { stateFolder } from "../state_folder.ts";
import { cacheFolder, denoFolder, tempFolder } from "./paths.ts";

const ENV = {
  get: (name: string) => Deno.env.get(name),
  os: Deno.build.os,
  get cwd() {
    return Deno.cwd();
  },
};

/** Narrows this process: see the port. */
export function denoPermissions(): Permissions {
  return {
    narrow,
    dropNetwork: () => Deno.permissions.revokeSync({ name: "net" }).state !== "granted",
    held,
  };
}

function narrow(folders: string[]): boolean {
  const own = [cacheFolder(), stateFolder(ENV), tempFolder(), "/dev", "/proc"];
  const program = [
    denoFolder(),
    dirname(Deno.execPath()),
    programFolder(),
    ...pathFolders(),
    "/etc/ssl",
    "/usr/share",
  ];
  const read = existing([...folders, ...own, ...program]);
  const write = existing([...folders, ...own]);
  // Ask first, then give up the root: what was asked for by name stays, the rest is gone. Under a
  // plain `--allow-read` (or `-A`) giving up would leave nothing at all, so there nothing is done.
  if (Deno.permissions.querySync({ name: "read" }).state === "granted") return false;
  for (const path of read) Deno.permissions.requestSync({ name: "read", path });
  for (const path of write) Deno.permissions.requestSync({ name: "write", path });
  Deno.permissions.revokeSync({ name: "write", path: "/" });
  Deno.permissions.revokeSync({ name: "read", path: "/" });
  return true;
}

function held(): Record<string, "all" | "part" | "none"> {
  const paths = (["read", "write"] as const).map((name) => {
    const has = (path: string) => Deno.permissions.querySync({ name, path }).state === "granted";
    return [name, has("/") ? "all" : has(Deno.cwd()) || has(tempFolder()) ? "part" : "none"];
  });
  const others = (["net", "run", "env", "sys"] as const).map((name) => {
    const { state, partial } = Deno.permissions.querySync({ name });
    return [name, state !== "granted" ? "none" : partial ? "part" : "all"];
  });
  return Object.fromEntries([...paths, ...others]);
}

function existing(paths: (string | null)[]): string[] {
  return [...new Set(paths.filter((path): path is string => path !== null))];
}

/** Programs are looked up there. */
function pathFolders(): string[] {
  return (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder.startsWith("/"));
}

function programFolder(): string | null {
  return Deno.mainModule.startsWith("file:") ? dirname(fromFileUrl(Deno.mainModule)) : null;
}
