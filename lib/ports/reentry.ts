/** A part of this program that runs in a process of its own. */
export type Role = "sandbox" | "server" | "app" | "secret-page";

/** What a re-entered process may do; nothing else is granted. Paths are absolute. */
export interface RolePermissions {
  read?: string[] | true;
  write?: string[] | true;
  net?: string[] | true;
  /** Stronger than `net`: hosts, addresses and ranges that stay closed, also under another name. */
  denyNet?: string[];
  run?: string[] | true;
  env?: true;
  sys?: true;
}

/** How a re-entered process is limited where the engine is told by flags; an executable is not. */
export interface RoleLimits {
  /** JavaScript heap of each isolate, MiB. */
  heap: number;
  /** Text becomes no code: no `eval`, no `new Function`. */
  noEval: boolean;
}

/** The command line that starts this same program again in another role. */
export interface Reentry {
  /**
   * From source or as a bundle: `deno run <exactly these permissions> ... __<role> args`.
   * Compiled: the executable itself with `__<role> args` (its permissions are fixed at build time,
   * so the role drops what it does not need before it does anything else).
   */
  command(
    role: Role,
    permissions: RolePermissions,
    args: string[],
    limits?: RoleLimits,
  ): { program: string; args: string[]; env: Record<string, string> };
  /** Whether this program is a compiled executable. */
  readonly compiled: boolean;
}
