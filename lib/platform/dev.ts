import type { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { LogRecord } from "./platform.ts";

/** How `dev` is to run. */
export interface DevOptions {
  /** The address to listen on; null: loopback, IPv4 and IPv6. */
  host: string | null;
  /** Null: 7775 or the next free one. */
  port: number | null;
  /** Delete the dev environment first. */
  reset: boolean;
  /** Start the project's Vite for `[web]`. */
  web: boolean;
  /** Check types in the background after each change. */
  typecheck: boolean;
}

/** Why a change does not run. */
export interface DevProblem {
  code: string;
  message: string;
  /** Relative to the project, with forward slashes; null when it concerns no file. */
  file: string | null;
  /** From 1. */
  line: number | null;
  hint: string | null;
  /** The project's own lines, for what was thrown while the code was loaded. */
  stack?: string;
}

/** Something that a push took out of the dev database. */
export interface PushLoss {
  table: string;
  /** Null: whole rows. */
  column: string | null;
  /** Rows, or values of the column. */
  count: number;
}

/** What happens while `dev` runs. The names are a contract with scripts. */
export type DevEvent =
  /** It answers. */
  | { event: "ready"; url: string; host: string; port: number; pid: number; web: DevWeb }
  /** New code or settings answer. `ms`: since the change was seen. */
  | { event: "reload"; changed: string[]; ms: number; deploymentId: string }
  /** The dev database was changed. */
  | {
    event: "push";
    statements: string[];
    renames: { kind: string; from: string; to: string }[];
    /** What is new beside something that is gone, and was not taken for renamed. */
    takenAsNew: string[];
    lost: PushLoss[];
    /** The copy of the database from before, relative to the project; null: nothing was lost. */
    copy: string | null;
  }
  /** A change does not run; what ran before goes on. */
  | { event: "problem"; problems: DevProblem[]; serving: boolean }
  /** What a problem was about is corrected, without new code. */
  | { event: "solved" }
  | { event: "seed"; file: string; ms: number; problem: DevProblem | null }
  | { event: "types"; findings: Finding[] }
  /** What `deploy` would refuse of the code that answers, each thing once as long as it stays. */
  | { event: "review"; findings: Finding[] }
  | { event: "web"; text: string }
  | { event: "notice"; code: string; message: string }
  | { event: "log"; record: LogRecord };

/** Who answers for pages: the project's Vite, its last build, or nobody. */
export type DevWeb = "vite" | "build" | "none";

/** The development environment of a project on this machine. */
export interface Dev {
  /**
   * Runs until the system's signal.
   *
   * @throws Failure DEV_RUNNING, PORT_TAKEN (conflict), LISTEN_FAILED, PORT_INVALID (usage)
   */
  run(options: DevOptions, tell: (event: DevEvent) => void): Promise<void>;
}

/** A failure as a problem of the project. */
export function problemOf({ code, message, hint, details }: Failure): DevProblem {
  const { file, line } = details ?? {};
  return {
    code,
    message,
    file: typeof file === "string" ? file : null,
    line: typeof line === "number" ? line : null,
    hint: hint ?? null,
  };
}
