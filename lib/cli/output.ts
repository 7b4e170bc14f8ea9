import type { Failure } from "../failure.ts";
import type { Terminal } from "../ports/terminal.ts";
import { EXIT_FOUND } from "./exits.ts";

/** How the program speaks: stdout is the answer, stderr the conversation. */
export class Output {
  /** What the answer so far makes of the exit code. */
  exitCode = 0;
  readonly #terminal: Terminal;
  readonly #json: boolean;
  readonly #quiet: boolean;

  constructor(terminal: Terminal, options: { json: boolean; quiet: boolean }) {
    this.#terminal = terminal;
    this.#json = options.json;
    this.#quiet = options.quiet;
  }

  print<T>(value: T, text: (value: T) => string, options: { ok?: boolean } = {}): void {
    this.line(value, text);
    if (options.ok === false) this.exitCode = EXIT_FOUND;
  }

  line<T>(value: T, text: (value: T) => string): void {
    const line = this.#json ? JSON.stringify(value) : text(value);
    if (line !== "") this.#terminal.out(line.endsWith("\n") ? line : line + "\n");
  }

  /** Text that is the answer itself, in any mode (help, version). */
  raw(text: string): void {
    this.#terminal.out(text.endsWith("\n") ? text : text + "\n");
  }

  step(text: string): void {
    if (!this.#quiet && !this.#json) this.#terminal.err(text + "\n");
  }

  hint(text: string): void {
    this.step(text);
  }

  warn(code: string, message: string): void {
    this.#terminal.err(
      (this.#json
        ? JSON.stringify({ warning: { code, message } })
        : `Warning: ${message} (${code})`) + "\n",
    );
  }

  /** The one place where a failure is printed. */
  failure(failure: Failure | Bug): void {
    const { kind, code, message, hint, details } = failure;
    if (this.#json) {
      this.#terminal.err(JSON.stringify({ error: { code, kind, message, hint, details } }) + "\n");
      return;
    }
    const lines = [`Error: ${message} (${code})`, ...detailLines(details)];
    if (hint) lines.push(`Hint: ${hint}`);
    this.#terminal.err(lines.join("\n") + "\n");
  }
}

/** What a failure looks like when it is none of ours. */
export interface Bug {
  kind: "bug";
  code: "BUG";
  message: string;
  hint: string;
  details: Record<string, unknown>;
}

/** The lines that a person needs besides the message: an outside tool's own words. */
function detailLines(details: Record<string, unknown> | undefined): string[] {
  const lines = details?.lines;
  return Array.isArray(lines) ? lines.map((line) => `  ${line}`) : [];
}
