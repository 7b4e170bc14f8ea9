import { Denied } from "./harden.ts";
import type { Fault, Frame } from "./job.ts";

/** A declaration that no database or program can follow, found while it was read. */
export class Invalid extends Error {
  override readonly name = "Invalid";
}

interface CallSite {
  getFileName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

const framesOf = new WeakMap<object, Frame[]>();
let userUrl = "";

/** From now on the frames of errors that lie in the module at this address are remembered. */
export function userFrames(url: string): void {
  userUrl = url;
  // Whole stacks would carry the module's address, which holds its whole code, in every line.
  Object.defineProperty(Error, "prepareStackTrace", {
    configurable: true,
    writable: true,
    value: (error: Error, sites: CallSite[]) => {
      framesOf.set(error, sites.flatMap(toFrame));
      return `${error.name}: ${error.message}`;
    },
  });
}

function toFrame(site: CallSite): Frame[] {
  const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
  return line !== null && column !== null && site.getFileName() === userUrl
    ? [{ line, column }]
    : [];
}

/** What can be said about anything that was thrown, whatever it is. */
export function describeFault(error: unknown): Fault {
  try {
    return error instanceof Error
      ? describeError(error)
      : { reason: "threw", name: "", message: shown(error), frames: [] };
  } catch {
    // Only an object that was made to resist ends here.
    return { reason: "threw", name: "", message: "a value that cannot be shown", frames: [] };
  }
}

function describeError(error: Error): Fault {
  const [name, message] = [read(error, "name"), read(error, "message")];
  const frames = error instanceof Invalid && error.cause instanceof Error
    ? stackOf(error.cause)
    : stackOf(error);
  return { reason: reasonOf(error, name, message), name, message, frames };
}

/** Reading the stack is what makes the engine hand over its frames. */
function stackOf(error: Error): Frame[] {
  read(error, "stack");
  return (framesOf.get(error) ?? []).slice(0, 20);
}

function reasonOf(error: Error, name: string, message: string): Fault["reason"] {
  if (error instanceof Invalid) return "invalid";
  const denied = error instanceof Denied || name === "NotCapable" || name === "PermissionDenied" ||
    /^Requires \w+ access|remote specifier was requested|code generation from strings disallowed/i
      .test(message);
  return denied ? "denied" : "threw";
}

/** A property that the thrower may have made hostile. */
function read(error: Error, key: "name" | "message" | "stack"): string {
  try {
    // The module's address holds its whole code.
    return String(error[key]).replaceAll(userUrl || "\0", "bundle.js").slice(0, 4000);
  } catch {
    return "";
  }
}

function shown(value: unknown): string {
  try {
    return (typeof value === "string" ? JSON.stringify(value) : String(value)).slice(0, 1000);
  } catch {
    return "a value that cannot be shown";
  }
}
