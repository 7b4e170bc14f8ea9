/** What this process may touch. */
export interface Permissions {
  /**
   * Gives up reading and writing outside these folders and the program's own (cache, temp, state).
   * It works only where the process was started with path-scoped grants (`--allow-read=/`), not with
   * `-A`; returns whether it took effect.
   */
  narrow(folders: string[]): boolean;
  /** Gives up the network for good. It works with any grant; returns whether it took effect. */
  dropNetwork(): boolean;
  /** What the process has, by name (read, write, net, run, env, sys): all of it, a part, or nothing. */
  held(): Record<string, "all" | "part" | "none">;
}
