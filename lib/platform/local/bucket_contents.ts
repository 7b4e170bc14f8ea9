import { join } from "@std/path";
import type { BucketUsage } from "../platform.ts";
import { keyOf } from "./app/object_names.ts";

/** How much the folder of a bucket holds, and what tells this state from any other. */
export async function bucketContents(folder: string): Promise<BucketUsage> {
  const { bucketUsage } = await import("./app/objects.ts");
  const { objects, bytes } = await bucketUsage(folder);
  return { objects, bytes, fingerprint: await fingerprintOf(folder) };
}

/**
 * A hash over the objects in the folder of a bucket: names, sizes, times and numbers of their files. An
 * object is replaced by renaming a new file over it, so that its number and time change with it. No
 * folder (null) is as good as an empty one.
 */
export async function fingerprintOf(folder: string | null): Promise<string> {
  const lines: string[] = [];
  for (const name of folder === null ? [] : await objectFiles(folder)) {
    const info = await Deno.lstat(join(folder!, name)).catch(() => null);
    if (info) lines.push(`${name} ${info.size} ${info.mtime?.getTime()} ${info.ino}`);
  }
  const text = new TextEncoder().encode(lines.sort().join("\n"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The names of the files that are objects: not the index beside them, nor uploads under way. */
export async function objectFiles(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (keyOf(name) !== undefined) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}
