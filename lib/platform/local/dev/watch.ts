/** How long after the last change nothing more must come, and how long a run of changes may last, ms. */
const QUIET = 12;
const LONGEST = 150;

/** Watches folders and hands over what changed, in batches: a save is often several changes. */
export class Watch {
  readonly #watchers = new Map<string, Deno.FsWatcher>();
  #paths = new Set<string>();
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param hear gets absolute paths, and when the first of them changed, ms of the clock. */
  constructor(readonly hear: (paths: string[], since: number) => void) {}

  /**
   * Watches these folders from now on, as far as they exist; those that are watched already stay.
   *
   * @returns the deep ones that are new: what lies there may have come before anybody watched
   */
  follow({ deep, flat }: { deep: string[]; flat: string[] }): string[] {
    for (const folder of flat) this.#follow(folder, false);
    return deep.filter((folder) => this.#follow(folder, true));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  /** Whether it is watched from now on and was not before. */
  #follow(folder: string, recursive: boolean): boolean {
    const key = `${recursive ? "+" : "-"}${folder}`;
    if (this.#closed || this.#watchers.has(key) || !isFolder(folder)) return false;
    const watcher = Deno.watchFs(folder, { recursive });
    this.#watchers.set(key, watcher);
    this.#read(folder, watcher).catch(() => {}).finally(() => this.#watchers.delete(key));
    return true;
  }

  async #read(folder: string, watcher: Deno.FsWatcher): Promise<void> {
    for await (const { kind, paths } of watcher) {
      // Reading a file is no change of it.
      if (kind !== "access") this.#add(paths);
      // Gone with its folder: when that comes back, `follow` begins anew.
      if (kind === "remove" && paths.includes(folder)) return watcher.close();
    }
  }

  #add(paths: string[]): void {
    if (this.#closed) return;
    const now = Date.now();
    if (this.#paths.size === 0) this.#since = now;
    for (const path of paths) this.#paths.add(path);
    clearTimeout(this.#timer);
    const rest = Math.max(0, LONGEST - (now - this.#since));
    this.#timer = setTimeout(() => this.#hand(), Math.min(QUIET, rest));
  }

  #hand(): void {
    const paths = [...this.#paths];
    this.#paths = new Set();
    this.hear(paths, this.#since);
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
