import { packTar, type TarEntry } from "modern-tar";

/** An entry of an archive to be made: a text file unless it says otherwise. */
export interface Entry {
  name: string;
  text?: string | Uint8Array;
  type?: "file" | "link" | "symlink" | "directory" | "fifo" | "character-device";
  linkname?: string;
  mode?: number;
  pax?: Record<string, string>;
}

/** The same bytes at any hour, so that a seed says which byte was damaged. */
const MTIME = new Date("2026-01-01T00:00:00Z");

/** A tar archive of these entries, made by another hand than the one that reads it. */
export function tarOf(entries: Entry[]): Promise<Uint8Array<ArrayBuffer>> {
  return packTar(entries.map(({ text, ...header }): TarEntry => {
    const body = typeof text === "string" ? new TextEncoder().encode(text) : text;
    return { header: { size: body?.length ?? 0, mtime: MTIME, ...header }, body };
  }));
}

/** The same, packed by gzip. */
export async function tarballOf(entries: Entry[]): Promise<Uint8Array<ArrayBuffer>> {
  return await gzip(await tarOf(entries));
}

export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** An archive in the shape in which GitHub hands out a repository. */
export function codeload(
  repository: string,
  files: Record<string, string>,
  more: Entry[] = [],
): Promise<Uint8Array<ArrayBuffer>> {
  const top = `${repository}-0123456789abcdef0123456789abcdef01234567`;
  return tarballOf([
    { name: `${top}/`, type: "directory" },
    ...Object.entries(files).map(([path, text]) => ({ name: `${top}/${path}`, text })),
    ...more.map((entry) => ({ ...entry, name: `${top}/${entry.name}` })),
  ]);
}
