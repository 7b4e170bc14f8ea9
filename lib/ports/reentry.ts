/** A part of this program that runs in a process of its own. */
export type Role = "sandbox" | "server" | "app" | "secret-page";

/** What a re-entered process may do; nothing else is granted. Paths are absolute. */
export interface RolePermissions {
  read?: string[] | true;
  write?: string[] | true;
  net?: string[] | true;
  run?: string[] | true;
  env?: true;
  sys?: true;
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
  ): { program: string; args: string[]; env: Record<string, string> };
  /** Whether this program is a compiled executable. */
  readonly compiled: boolean;
}
