import { join } from "@std/path";
import { prepareManifest, whyUnbuildable } from "./packages.ts";
import { command } from "./program.ts";

/** A fresh copy with its packages. */
export interface Prepared {
  leftOut: string[];
  /** Why the web part is skipped; null: it is built. */
  skipWeb: string | null;
}

const INSTALL = [
  "install",
  "--ignore-scripts",
  "--prefer-offline",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
];

/**
 * Copies a project into a fresh folder and installs its packages but those that npm lacks; for the web
 * part only where it can be built without them.
 */
export async function prepareCopy(from: string, to: string): Promise<Prepared> {
  await copyProject(from, to);
  const toml = await Deno.readTextFile(join(to, "edgespark.toml"));
  const web = webPath(toml);
  const folder = web === null ? null : join(to, web);
  const skipWeb = folder === null ? "the project has none" : await whyUnbuildable(folder);
  const folders = [join(to, "server"), ...(folder !== null && skipWeb === null ? [folder] : [])];
  const leftOut = new Set<string>();
  for (const one of folders) {
    for (const name of await prepareManifest(one)) leftOut.add(name);
    const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
    const { code, err } = await command(npm, INSTALL, one);
    if (code !== 0) throw new Error(`npm install ended with ${code}: ${err.slice(0, 300)}`);
  }
  return { leftOut: [...leftOut], skipWeb };
}

/** `[web] path` of an `edgespark.toml`; null: there is no web part. */
export function webPath(toml: string): string | null {
  const table = /^\[web\][^\n]*\n((?:(?!\[)[^\n]*(?:\n|$))*)/m.exec(toml)?.[1];
  return /^\s*path\s*=\s*"([^"]*)"/m.exec(table ?? "")?.[1] ?? null;
}

/** Whether a handler of the project answers as if it did not exist. */
export async function mayDisown(folder: string): Promise<boolean> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && entry.name !== "node_modules" && await mayDisown(path)) return true;
    if (!entry.isFile || !/\.[cm]?[jt]sx?$/.test(entry.name)) continue;
    if (/\bc\.notFound\(\)/.test(await Deno.readTextFile(path))) return true;
  }
  return false;
}

async function copyProject(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    if (["node_modules", ".git", ".edgespark"].includes(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) await copyProject(source, target);
    else if (entry.isFile) await Deno.copyFile(source, target);
  }
}
