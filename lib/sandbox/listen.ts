import { FrameReader } from "./frame.ts";
import type { HostEvent } from "./host.ts";

/** The largest answer, with everything else on the process's stdout, in bytes. */
const OUTPUT_LIMIT = 16 * 1024 * 1024;

/** What ended a run, as far as its host could say it. */
export type Ended =
  | { kind: "answer"; value: unknown; busy: number }
  | { kind: "memory" }
  | { kind: "output"; limit: number }
  | { kind: "silent"; reason: string };

/** Reads events until one of them ends the run; null when stdout ends first. */
export async function listen(
  stdout: ReadableStream<Uint8Array>,
  secret: string,
  progress: (file: string) => void,
  kill: () => void,
): Promise<Ended | null> {
  const reader = new FrameReader(secret);
  let bytes = 0;
  let ended: Ended | null = null;
  for await (const chunk of stdout) {
    bytes += chunk.length;
    if (ended) continue;
    if (bytes > OUTPUT_LIMIT) {
      ended = { kind: "output", limit: OUTPUT_LIMIT };
      kill();
      continue;
    }
    reader.push(chunk);
    for (let text = reader.next(); text !== null && !ended; text = reader.next()) {
      const event = parse(text);
      if (event.kind === "progress") progress(event.file);
      else if (event.kind === "failed") ended = { kind: "silent", reason: event.message };
      else ended = event;
    }
    if (ended) kill();
  }
  return ended;
}

/** Code in the sandbox can write into the middle of a frame, and so spoil it. */
function parse(text: string): HostEvent {
  try {
    return JSON.parse(text) as HostEvent;
  } catch {
    return { kind: "failed", message: "the answer was spoilt by other output" };
  }
}
