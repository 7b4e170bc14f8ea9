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

/** An error's stack with those of its causes. */
export function stackOf(error: Error): string {
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${stack}\nCaused by: ${stackOf(error.cause)}` : stack;
}
