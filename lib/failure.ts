/**
 * What kind of thing went wrong. The kind alone decides the exit code (`lib/cli/exits.ts`):
 * `failed` 1, `usage` 2, `auth` 3, `missing` 4, `conflict` 5, `network` 6, `config` 7, `tool` 8,
 * `cancelled` 130.
 */
export type FailureKind =
  | "failed"
  | "usage"
  | "auth"
  | "missing"
  | "conflict"
  | "network"
  | "config"
  | "tool"
  | "cancelled";

/** What a failure can carry besides its message. */
export interface FailureOptions {
  /** The way out; names the exact next command where there is one. */
  hint?: string;
  /** Data for machines: file, line, column, findings, exitCode... Never a secret value. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * The one error class of the program. It is born where the thing went wrong, with a stable code,
 * printed in one place and turned into an exit code in one place (both in `lib/cli`).
 *
 * The message starts with a capital, has no full stop at its end, and puts backticks round commands
 * and paths.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly kind: FailureKind;
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(kind: FailureKind, code: string, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }
}
