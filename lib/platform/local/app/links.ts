import { StorageError } from "../../../runtime/storage/object_store.ts";

/** What lies at a path itself: a link is not followed. Null: nothing does. */
export function lookAt(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * Makes sure that a path of a bucket is its own place: whoever puts a link there would lead the storage
 * to files that are none of its business.
 *
 * @throws StorageError LINK_REFUSED
 */
export function refuseLink(path: string): void {
  if (lookAt(path)?.isSymlink) throw linkRefused(path);
}

/** @param path the link. */
export function linkRefused(path: string): StorageError {
  const [name, folder] = path.split(/[/\\]/).reverse();
  const where = `${folder}/${name}`;
  return new StorageError(
    "LINK_REFUSED",
    `\`${where}\` is a link, which the storage does not follow`,
  );
}

/** Whether both are the same file, as far as the system numbers its files. */
export function isSameFile(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  const same = (one: number | null, other: number | null) =>
    one === null || other === null || one === other;
  return same(a.ino, b.ino) && same(a.dev, b.dev);
}
