/** An outside program to run, decided before it is run. */
export interface ToolCommand {
  /** Absolute path, or a name looked up on PATH. */
  program: string;
  args: string[];
  cwd: string;
  /**
   * The whole environment of the child, besides the few names that every program needs (PATH, HOME,
   * TMPDIR, LANG, proxies and certificates). Nothing else is inherited.
   */
  env?: Record<string, string>;
  stdin?: string;
  /** Milliseconds; the child and what it started are killed afterwards. Default 5 minutes. */
  timeout?: number;
}

/** How an outside program ended. */
export interface ToolResult {
  /** The exit code; -1 when it was killed. */
  code: number;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  /** Milliseconds. */
  ms: number;
}

/** An outside program that goes on until it ends or is ended. */
export interface RunningTool {
  readonly pid: number;
  /** Resolves when it has ended, with words on how; never rejects. */
  readonly ended: Promise<string>;
  /** Ends it with everything that it started. */
  kill(): void;
}

/** The permission-scoped runner: the only way to an outside program. */
export interface Tools {
  /** The absolute path of a program on PATH, or null. */
  find(name: string): Promise<string | null>;
  /** Runs to the end. A program that cannot be started is a Failure (tool, TOOL_NOT_FOUND). */
  run(command: ToolCommand): Promise<ToolResult>;
  /**
   * Starts a program that serves; `hear` gets the lines of its stdout and stderr. Its stdin stays open as
   * long as this process lives, so that it can notice the end. `stdin` and `timeout` do not count.
   *
   * @throws Failure TOOL_NOT_FOUND (tool)
   */
  start(command: ToolCommand, hear: (line: string) => void): RunningTool;
}
