import type { HttpMetadata } from "../../../runtime/storage/object_store.ts";

/**
 * An object is one file: the length of its head (4 bytes, big-endian), the head (JSON), the bytes.
 * One file, so that an object and its metadata can never disagree.
 */
export interface FileHead {
  key: string;
  metadata: HttpMetadata;
}

/** An opened object. Close the file. */
export interface OpenFile {
  file: Deno.FsFile;
  head: FileHead;
  /** Bytes of the object. */
  size: number;
  modified: Date;
}

const LENGTH = 4;
const CHUNK = 64 * 1024;

/** Writes an object into a new file and makes sure that it is on the disk. */
export async function writeObject(
  path: string,
  head: FileHead,
  body: Uint8Array | ReadableStream<Uint8Array>,
): Promise<void> {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const start = new Uint8Array(LENGTH + text.length);
  new DataView(start.buffer).setUint32(0, text.length);
  start.set(text, LENGTH);
  const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  try {
    await writeAll(file, start);
    if (body instanceof Uint8Array) await writeAll(file, body);
    else for await (const chunk of body) await writeAll(file, chunk);
    await file.syncData();
  } finally {
    file.close();
  }
}

/** Opens an object for reading; the file then stands at the first byte of the body. Null: there is none. */
export async function openObject(path: string): Promise<OpenFile | null> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  try {
    const length = new DataView((await readExactly(file, LENGTH)).buffer).getUint32(0);
    const head = JSON.parse(new TextDecoder().decode(await readExactly(file, length))) as FileHead;
    const info = await file.stat();
    return { file, head, size: info.size - LENGTH - length, modified: info.mtime ?? new Date(0) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The rest of a file as a stream that closes it. */
export function streamRest(file: Deno.FsFile): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const chunk = new Uint8Array(CHUNK);
      const read = await file.read(chunk);
      if (read !== null) return controller.enqueue(chunk.subarray(0, read));
      file.close();
      controller.close();
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}

/** Reads `length` bytes, or fails. */
export async function readExactly(
  file: Deno.FsFile,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) throw new Error("An object's file ends too early");
    at += read;
  }
  return bytes;
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
