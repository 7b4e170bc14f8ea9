import type { LogRecord } from "../../platform.ts";
import { type LogSink, messageRecord, showThrownWith, stackOf } from "../../../runtime/log.ts";
import { builtinModule, changeProcess } from "./node_process.ts";

const LEVELS = {
  debug: "debug",
  trace: "debug",
  log: "info",
  info: "info",
  warn: "warn",
  error: "error",
} as const;

/**
 * Sends what the app says to the console to its log, with the request that it belongs to. Methods
 * that only arrange text (`table`, `dir`, `count`, `time`...) come as `info`. What is thrown and is no
 * error is shown as the console shows it.
 */
export function captureConsole(sink: LogSink): void {
  const own = globalThis.console as unknown as Record<string, unknown>;
  for (const [method, level] of Object.entries(LEVELS)) {
    own[method] = (...values: unknown[]) => sink(recordOf(level, values));
  }
  showThrownWith((value) => shown([value]));
  const info = (text: string) => sink(messageRecord("info", text));
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  own.dir = (value: unknown) => info(shown([value]));
  own.dirxml = (...values: unknown[]) => info(shown(values));
  own.table = (value: unknown) => info(util().inspect(value, { depth: 2, breakLength: 120 }));
  own.group = own.groupCollapsed = (...values: unknown[]) =>
    values.length > 0 && info(shown(values));
  own.groupEnd = () => {};
  own.assert = (condition: unknown, ...values: unknown[]) => {
    if (!condition) sink(messageRecord("error", `Assertion failed: ${shown(values)}`));
  };
  own.count = (label = "default") => {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    info(`${label}: ${counts.get(label)}`);
  };
  own.countReset = (label = "default") => counts.delete(label);
  own.time = (label = "default") => timers.set(label, performance.now());
  own.timeLog = own.timeEnd = (label = "default") => {
    const start = timers.get(label);
    if (start !== undefined) info(`${label}: ${(performance.now() - start).toFixed(1)} ms`);
  };
}

/**
 * Sends what the app writes to `process.stdout` and `process.stderr` to its log: each piece is one
 * record, without the line's end. The process's own streams are this program's.
 */
export function captureProcessOutput(sink: LogSink): void {
  changeProcess((process) => {
    for (let index = 0; index < OUTPUTS.length; index++) {
      const { name, level } = OUTPUTS[index]!;
      let stream: object | undefined;
      Object.defineProperty(process, name, {
        get: () => stream ??= logStream((text) => sink(messageRecord(level, text))),
        configurable: true,
        enumerable: true,
      });
    }
  });
}

const OUTPUTS = [{ name: "stdout", level: "info" }, { name: "stderr", level: "warn" }] as const;

function logStream(say: (text: string) => void): object {
  const { Writable } = builtinModule<typeof import("node:stream")>("node:stream");
  const decoder = new TextDecoder();
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, _encoding, done) {
      const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
      const line = text.replace(/\r?\n$/, "");
      if (line !== "") say(line);
      done();
    },
  });
}

function util() {
  return builtinModule<typeof import("node:util")>("node:util");
}

/** As Node prints it. What throws while it is looked at must not end the request that prints it. */
function shown(values: unknown[]): string {
  try {
    return util().format(...values);
  } catch (error) {
    return notShown(error);
  }
}

/** What is logged must not end the request that logs it, whatever its getters do. */
function recordOf(level: LogRecord["level"], values: unknown[]): LogRecord {
  try {
    const error = values.find((value) => value instanceof Error);
    return messageRecord(level, shown(values.map(withoutStack)), error && stackOf(error));
  } catch (error) {
    return messageRecord(level, notShown(error));
  }
}

function notShown(error: unknown): string {
  return `(a value that cannot be shown: ${error instanceof Error ? error.message : "it threw"})`;
}

/** The stack has a field of its own in the record. */
function withoutStack(value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}
