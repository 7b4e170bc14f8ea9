import type { LogRecord } from "../platform/platform.ts";
import { currentScope } from "./context.ts";

/** Takes the records of a running app. */
export type LogSink = (record: LogRecord) => void;

let moment = 0;
let text = "";

/** The time now as ISO 8601 with ms, UTC; written once a ms, however many records that ms has. */
export function timestamp(): string {
  const now = Date.now();
  if (now !== moment) {
    moment = now;
    text = new Date(now).toISOString();
  }
  return text;
}

/** A record that stands for one message, of the request that is being answered if there is one. */
export function messageRecord(
  level: LogRecord["level"],
  message: string,
  stack?: string,
): LogRecord {
  return {
    time: timestamp(),
    level,
    requestId: currentScope()?.requestId ?? null,
    message,
    ...(stack !== undefined && { stack }),
  };
}

/** How a value that is no error is shown; the platform knows how, and loads what that takes when needed. */
let show: (value: unknown) => string = String;

/** Sets how values that were thrown are shown. `shown` must not throw, whatever it gets. */
export function showThrownWith(shown: (value: unknown) => string): void {
  show = shown;
}

/** A record for something that was thrown. */
export function errorRecord(what: string, error: unknown): LogRecord {
  if (!(error instanceof Error)) return messageRecord("error", `${what}: ${show(error)}`);
  return messageRecord("error", `${what}: ${error.name}: ${error.message}`, stackOf(error));
}

/** How many causes of causes are told: a chain may end in itself. */
const CAUSES = 8;

/** An error's stack with those of its causes, and of the errors that an AggregateError holds. */
export function stackOf(error: Error, depth = 0): string {
  const stack = typeof error.stack === "string" ? error.stack : `${error.name}: ${error.message}`;
  if (depth === CAUSES) return stack;
  const held = error instanceof AggregateError ? error.errors.slice(0, CAUSES) : [];
  return [
    stack,
    ...held.filter((one) => one instanceof Error).map((one) => `With: ${stackOf(one, depth + 1)}`),
    ...causeOf(error, depth),
  ].join("\n");
}

function causeOf({ cause }: Error, depth: number): string[] {
  if (cause === undefined || cause === null) return [];
  return [`Caused by: ${cause instanceof Error ? stackOf(cause, depth + 1) : show(cause)}`];
}
