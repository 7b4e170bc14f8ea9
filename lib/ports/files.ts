/** What a path is. A link is reported as itself, never followed. */
export interface FileInfo {
  kind: "file" | "folder" | "link" | "other";
  /** Bytes. */
  size: number;
  /** Last change, ms since the epoch. */
  modified: number;
  /** Whether its owner may run it; absent where the system does not tell. */
  executable?: boolean;
}

/** One name in a folder. */
export interface FolderEntry {
  name: string;
  kind: FileInfo["kind"];
}

/** The file system as the program uses it. Paths are absolute. */
export interface Files {
  /** The bytes of a file, or null when there is none. Refuses (FILE_UNREADABLE) what cannot be read. */
  read(path: string): Promise<Uint8Array | null>;
  /**
   * Writes a file whole: temp file in the same folder, fsync, rename. A kill at any byte leaves the
   * old file or the new one. Missing folders are made. `mode` as in chmod, where the system has it.
   */
  write(path: string, content: string | Uint8Array, options?: { mode?: number }): Promise<void>;
  /** The entries of a folder sorted by name; empty when there is no such folder. */
  list(path: string): Promise<FolderEntry[]>;
  /** What stands at a path, or null. */
  info(path: string): Promise<FileInfo | null>;
  /** The same path with all links followed. Refuses (FILE_UNREADABLE) where nothing stands. */
  real(path: string): Promise<string>;
  /** Removes a file or a folder with all in it; no error when there is none. */
  remove(path: string): Promise<void>;
}
