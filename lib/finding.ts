/** Something a check found. The names are a contract with scripts and agents. */
export interface Finding {
  /** Stable, upper snake case. */
  code: string;
  severity: "error" | "warning" | "info";
  /** Relative to the project root, with forward slashes; null when it concerns no file. */
  file: string | null;
  /** From 1. */
  line: number | null;
  message: string;
  /** The exact next command or edit. */
  fix: string | null;
}
