import { join } from "@std/path";

/** Copies a folder with all in it; links stay links. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(from)) {
    const source = join(from, name), target = join(to, name);
    if (isSymlink) await Deno.symlink(await Deno.readLink(source), target);
    else if (isDirectory) await copyFolder(source, target);
    else await Deno.copyFile(source, target);
  }
}
