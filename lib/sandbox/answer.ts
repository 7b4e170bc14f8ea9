import type { Frame, JobAnswer } from "./worker/job.ts";

/** The answer of the Worker if it has the shape of one, else null. */
export function asAnswer(value: unknown): JobAnswer | null {
  if (!isRecord(value)) return null;
  const words = Array.isArray(value.words)
    ? value.words.filter((word) => typeof word === "string")
    : [];
  if (value.ok === true) return { ok: true, value: value.value, words };
  if (value.ok !== false || !isRecord(value.fault)) return null;
  const { reason, name, message, frames } = value.fault;
  if (typeof name !== "string" || typeof message !== "string" || !Array.isArray(frames)) {
    return null;
  }
  return {
    ok: false,
    words,
    fault: {
      reason: reason === "denied" || reason === "invalid" ? reason : "threw",
      name: plain(name),
      message: plain(message),
      frames: frames.filter(isFrame),
    },
  };
}

/** Whether a value from inside is a place. */
export function isFrame(value: unknown): value is Frame {
  return isRecord(value) && Number.isSafeInteger(value.line) && Number.isSafeInteger(value.column);
}

/** Text from inside must not steer a terminal. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what is taken out
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "?").slice(0, 4000);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
