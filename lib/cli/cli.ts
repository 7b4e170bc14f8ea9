import type { Project } from "../project/project.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";

/** What a command gets: the world, the project, and a voice. See docs/architecture.md. */
export interface Cli {
  readonly system: System;
  readonly json: boolean;
  /** A person is there to answer, and `--json` was not given. */
  readonly interactive: boolean;
  /** `folders`: what the user named besides the project; it stays within reach. */
  project(folders?: string[]): Promise<Project>;
  platform(): Promise<Platform>;
  /** How long this command may take to end by itself after Ctrl-C, ms; a second Ctrl-C ends it at once. */
  patience(ms: number): void;
  /** Prints THE answer of the command. `ok: false` makes the exit code 1. */
  print<T>(value: T, text: (value: T) => string, options?: { ok?: boolean }): void;
  /** Prints one object of a stream. */
  line<T>(value: T, text: (value: T) => string): void;
  /** Progress, on stderr; silent with `--quiet`. */
  step(text: string): void;
  /** A warning with its stable code, on stderr. */
  warn(code: string, text: string): void;
  /** What to do next, on stderr; silent with `--quiet`. */
  hint(text: string): void;
}
