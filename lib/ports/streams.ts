/** Bytes that are too many to hold at once. Paths are absolute. */
export interface Streams {
  /** A file, opened; null: there is none. Refuses (FILE_UNREADABLE) what is no file. */
  open(path: string): Promise<{ size: number; body: ReadableStream<Uint8Array> } | null>;
  /**
   * Writes a file whole: temp file in the same folder, fsync, rename. When the body fails, nothing is left
   * behind. Without `replace` an existing file is refused (FILE_EXISTS, conflict), also one that came
   * meanwhile.
   */
  save(
    path: string,
    body: ReadableStream<Uint8Array>,
    options: { replace: boolean },
  ): Promise<void>;
  /** What is piped in. */
  stdin(): ReadableStream<Uint8Array>;
  /** Writes bytes to stdout, to their end; ends silently when the reader goes away. */
  stdout(body: ReadableStream<Uint8Array>): Promise<void>;
}
