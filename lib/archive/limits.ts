/** How much of an archive is read before it is refused. Sizes in bytes. */
export interface ArchiveLimits {
  /** Packed, as it comes over the network or from a file. */
  packed: number;
  /** Unpacked, headers included, also of what is not kept: a gzip bomb ends here. */
  unpacked: number;
  /** Files that are kept. */
  files: number;
}

/** Far above any template, far below what would hurt this machine. */
export const TEMPLATE_LIMITS: ArchiveLimits = {
  packed: 128 * 1024 * 1024,
  unpacked: 256 * 1024 * 1024,
  files: 10_000,
};

/** "128 MiB", for messages. */
export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024 * 10) / 10} MiB`;
}
