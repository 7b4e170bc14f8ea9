import type { Sink, Source } from "./frames.ts";

/** A connection between a command, or an app process, and its server: bytes in both directions. */
export interface Line extends Source, Sink {
  close(): void;
}

/** Hands out each connection that comes in. */
export interface LineListener extends AsyncIterable<Line> {
  close(): void;
}

const FOLDER = "files:";

/** The address of a line over files in a folder. */
export function folderAddress(folder: string): string {
  return FOLDER + folder;
}

/** The folder of a line over files; null: the address is a Unix socket's path. */
export function folderOf(address: string): string | null {
  return address.startsWith(FOLDER) ? address.slice(FOLDER.length) : null;
}

/** Listens there, for this user only. */
export async function listenLine(address: string): Promise<LineListener> {
  const folder = folderOf(address);
  if (folder !== null) return await (await import("./file_line.ts")).listenFiles(folder);
  const mask = Deno.umask(0o177);
  try {
    return Deno.listen({ transport: "unix", path: address });
  } finally {
    Deno.umask(mask);
  }
}

/** Connects to whoever listens there; rejects when nobody does. */
export async function connectLine(address: string): Promise<Line> {
  const folder = folderOf(address);
  if (folder !== null) return await (await import("./file_line.ts")).connectFiles(folder);
  return await Deno.connect({ transport: "unix", path: address });
}
