import { basename } from "@std/path";
import { type HttpMetadata, StorageError } from "../../../runtime/storage/object_store.ts";
import { isSameFile, linkRefused, lookAt } from "./links.ts";
import { fileNameOf, keyOf } from "./object_names.ts";
import { newSha256 } from "./sha256.ts";

/**
 * An object is one file: the length of its head (4 bytes, big-endian), the head (JSON), the bytes.
 * One file, so that an object and its metadata can never disagree.
 */
export interface FileHead {
  key: string;
  metadata: HttpMetadata;
  /** Of the bytes, in hexadecimal; absent in objects of older versions. */
  sha256?: string;
}

/** An opened object. Close the file. */
export interface OpenFile {
  file: Deno.FsFile;
  head: FileHead;
  /** Where the bytes begin. */
  start: number;
  /** Bytes of the object. */
  size: number;
  modified: Date;
}

const LENGTH = 4;
/** Bytes of a head: a key takes 6 KiB at most, the rest is metadata, of which R2 takes 8 KiB. */
const MAX_HEAD = 1024 * 1024;
/** How often a file may be replaced between the look at it and its opening. */
const ATTEMPTS = 100;
const CHUNK = 64 * 1024;

/** Writes an object into a new file and makes sure that it is on the disk. Gives the number of bytes. */
export async function writeObject(
  path: string,
  head: FileHead,
  body: Uint8Array | ReadableStream<Uint8Array>,
): Promise<number> {
  // The digest is known at the end and as long as its stand-in.
  const first = headBytes({ ...head, sha256: "0".repeat(64) });
  const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  const hash = newSha256();
  let size = 0;
  const take = (chunk: Uint8Array) => {
    hash.update(chunk);
    size += chunk.length;
    // Into the system's cache. Waiting for another thread at each chunk would make chunked uploads
    // ten times slower (Deno 2.9); the disk is waited for at the end.
    writeAll(file, chunk);
  };
  try {
    writeAll(file, first);
    if (body instanceof Uint8Array) take(body);
    else await takeAll(body, take);
    await file.seek(0, Deno.SeekMode.Start);
    writeAll(file, headBytes({ ...head, sha256: hash.digest("hex") }));
    await file.syncData();
    return size;
  } finally {
    file.close();
  }
}

/**
 * Takes what comes, one chunk after the other. A chunk is good until `take` returns: where the stream can
 * do it, all lie in the same memory, so that an upload of any size leaves nothing to collect.
 */
async function takeAll(
  body: ReadableStream<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = readInto(body);
  if (!reader) {
    for await (const chunk of body) take(chunk);
    return;
  }
  try {
    for (let memory = new ArrayBuffer(CHUNK);;) {
      const { value, done } = await reader.read(new Uint8Array(memory));
      if (done) return;
      take(value);
      memory = value.buffer;
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw error;
  }
}

/** Null: the stream gives memory of its own. */
function readInto(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return null;
  }
}

/**
 * Opens an object for reading; the file then stands at the first byte of the body. Null: there is none.
 *
 * @throws StorageError OBJECT_DAMAGED, LINK_REFUSED
 */
export async function openObject(path: string): Promise<OpenFile | null> {
  const opened = await openFile(path);
  if (!opened) return null;
  const { file, info } = opened;
  try {
    const { head, start } = await readHead(file, info.size, path);
    return { file, head, start, size: info.size - start, modified: info.mtime ?? new Date(0) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Opens a file that is one itself. Opening alone would follow a link, so it is looked at before. */
async function openFile(path: string): Promise<{ file: Deno.FsFile; info: Deno.FileInfo } | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const seen = lookAt(path);
    if (!seen) return null;
    if (seen.isSymlink) throw linkRefused(path);
    if (!seen.isFile) throw damaged(path, "it is no file");
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path, { read: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
    const info = file.statSync();
    if (isSameFile(seen, info)) return { file, info };
    // Another one was put in its place meanwhile.
    file.close();
  }
  throw new Error(`\`${path}\` changes all the time`);
}

/** @param size of the whole file: no damaged length makes this read, or take memory for, more. */
async function readHead(
  file: Deno.FsFile,
  size: number,
  path: string,
): Promise<{ head: FileHead; start: number }> {
  if (size < LENGTH) throw damaged(path, "it ends too early");
  const length = new DataView((await readExactly(file, LENGTH)).buffer).getUint32(0);
  const start = LENGTH + length;
  if (length > MAX_HEAD || start > size) throw damaged(path, "it does not begin as an object");
  const head = parseHead(await readExactly(file, length));
  // A file under a name of another key is no answer for this one.
  if (!head || fileNameOf(head.key) !== basename(path)) {
    throw damaged(path, "its head is not the one of this object");
  }
  return { head, start };
}

function parseHead(bytes: Uint8Array<ArrayBuffer>): FileHead | null {
  try {
    const head = JSON.parse(new TextDecoder().decode(bytes)) as Partial<FileHead> | null;
    const isHead = typeof head?.key === "string" && typeof head.metadata === "object" &&
      head.metadata !== null;
    return isHead ? head as FileHead : null;
  } catch {
    return null;
  }
}

function damaged(path: string, why: string): StorageError {
  const name = basename(path);
  return objectDamaged(keyOf(name) ?? name, why);
}

/** An object whose file is not what was written. */
export function objectDamaged(key: string, why: string): StorageError {
  return new StorageError(
    "OBJECT_DAMAGED",
    `The object ${JSON.stringify(key)} is damaged on the disk: ${why}`,
  );
}

/** At most `limit` bytes from where a file stands, as a stream that closes it. */
export function streamRest(
  file: Deno.FsFile,
  limit = Infinity,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  // The server sends it without asking for each chunk.
  if (limit === Infinity) return file.readable;
  let left = limit;
  return new ReadableStream({
    async pull(controller) {
      const chunk = new Uint8Array(Math.min(CHUNK, left));
      const read = left > 0 ? await file.read(chunk) : null;
      if (read !== null) {
        left -= read;
        return controller.enqueue(chunk.subarray(0, read));
      }
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

function headBytes(head: FileHead): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head));
  if (text.length > MAX_HEAD) {
    throw new StorageError("OPTION_INVALID", "The metadata of an object must be below 1 MiB");
  }
  const bytes = new Uint8Array(LENGTH + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, LENGTH);
  return bytes;
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}
