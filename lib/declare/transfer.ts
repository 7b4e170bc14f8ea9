import { dirname, isAbsolute, join } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";

/** Stands for stdin or stdout. */
export const PIPE = "-";

/** Told how far a transfer is: bytes so far, and all of them where that is known. */
export type OnProgress = (done: number, total: number | null) => void;

/** An object that came or went. */
export interface Transferred {
  uri: string;
  bucket: string;
  key: string;
  /** The file here; null: stdin or stdout. */
  file: string | null;
  /** Bytes. */
  size: number;
  contentType: string | null;
}

/** The file that a user named, as an absolute path; null for stdin or stdout. */
export function namedFile(system: System, file: string): string | null {
  if (file === PIPE) return null;
  return isAbsolute(file) ? file : join(system.env.cwd, file);
}

/**
 * stdout carries one thing: the bytes or the answer.
 *
 * @throws Failure OUTPUT_TAKEN (usage)
 */
export function checkPipe(file: string | undefined, json: boolean): void {
  if (file !== PIPE || !json) return;
  throw new Failure("usage", "OUTPUT_TAKEN", "`-` and `--json` both want stdout", {
    hint: "Leave one of them out, or name a file",
  });
}

/** What a command reaches outside the project when this file is named: the file and its folder. */
export function reachOf(system: System, file: string): string[] {
  const path = namedFile(system, file);
  return path === null ? [] : [path, dirname(path)];
}

/** The same bytes, counted; fails as soon as the command is interrupted. */
export function counted(
  system: System,
  body: ReadableStream<Uint8Array>,
  onBytes: (done: number) => void,
): ReadableStream<Uint8Array> {
  let done = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      done += chunk.length;
      onBytes(done);
      controller.enqueue(chunk);
    },
  });
  return body.pipeThrough(count, { signal: system.signal });
}
