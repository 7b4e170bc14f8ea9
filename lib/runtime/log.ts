import type { LogRecord } from "../platform/platform.ts";
import { currentScope } from "./context.ts";

/** Takes the records of a running app. */
export type LogSink = (record: LogRecord) => void;

/** A record that stands for one message, of the request that is being answered if there is one. */
export function messageRecord(
  level: LogRecord["level"],
  message: string,
  stack?: string,
): LogRecord {
  return {
    time: new Date().toISOString(),
    level,
    requestId: currentScope()?.requestId ?? null,
    message,
    ...(stack !== undefined && { stack }),
  };
}

/** A record for something that was thrown. */
export function errorRecord(what: string, error: unknown): LogRecord {
  if (!(error instanceof Error)) return messageRecord("error", `${what}: ${String(error)}`);
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
    ...(error.cause instanceof Error ? [`Caused by: ${stackOf(error.cause, depth + 1)}`] : []),
  ].join("\n");
}
