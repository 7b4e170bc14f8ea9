/** What a frame carries: a JSON message, or whole lines of the log that are passed on unread. */
export type Frame = { kind: "json"; value: unknown } | { kind: "log"; lines: Uint8Array };

/** One byte of kind, four bytes of length. */
const HEADER = 5;
const KINDS = ["json", "log"] as const;
/** Larger than any message; a peer that announces more speaks something else. */
const LIMIT = 256 * 1024 * 1024;

/** Reads frames until the peer closes; a frame that was cut off by the end is dropped. */
export async function* readFrames(stream: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : concat(rest, chunk);
    for (let at = 0;;) {
      const frame = frameAt(rest, at);
      if (!frame) {
        rest = rest.subarray(at);
        break;
      }
      at = frame.end;
      yield frame.frame;
    }
  }
}

/**
 * Reads one frame, and waits for it without giving anything else a turn.
 *
 * @param read as `readSync` of a file; null at the end
 * @returns null when the peer closed before the frame was whole
 */
export function readFrameSync(read: (bytes: Uint8Array) => number | null): Frame | null {
  const fill = (length: number): Uint8Array | null => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const taken = read(bytes.subarray(at));
      if (taken === null) return null;
      at += taken;
    }
    return bytes;
  };
  const header = fill(HEADER);
  if (!header) return null;
  const payload = fill(lengthOf(header, 0));
  return payload && frameAt(concat(header, payload), 0)!.frame;
}

/** Writes one frame after the other, in the order of the calls. */
export class FrameWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Bytes that the peer has not taken yet. */
  waiting = 0;

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
  }

  /** Resolves when the system took it. Rejects when the peer is gone. */
  async write(frame: Frame): Promise<void> {
    const payload = frame.kind === "json"
      ? new TextEncoder().encode(JSON.stringify(frame.value))
      : frame.lines;
    const bytes = new Uint8Array(HEADER + payload.length);
    bytes[0] = KINDS.indexOf(frame.kind);
    new DataView(bytes.buffer).setUint32(1, payload.length);
    bytes.set(payload, HEADER);
    this.waiting += bytes.length;
    try {
      await this.#writer.write(bytes);
    } finally {
      this.waiting -= bytes.length;
    }
  }

  async close(): Promise<void> {
    await this.#writer.close().catch(() => {});
  }
}

function frameAt(bytes: Uint8Array, at: number): { frame: Frame; end: number } | null {
  if (bytes.length - at < HEADER) return null;
  const end = at + HEADER + lengthOf(bytes, at);
  if (bytes.length < end) return null;
  const payload = bytes.subarray(at + HEADER, end);
  const kind = KINDS[bytes[at]!]!;
  return {
    frame: kind === "json"
      ? { kind, value: JSON.parse(new TextDecoder().decode(payload)) }
      : { kind, lines: payload },
    end,
  };
}

/** How long the payload is of the frame whose header begins at `at`. */
function lengthOf(bytes: Uint8Array, at: number): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(1);
  if (KINDS[bytes[at]!] === undefined || length > LIMIT) {
    throw new Error("The peer does not speak this protocol");
  }
  return length;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
