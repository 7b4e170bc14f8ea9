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
  const kind = KINDS[bytes[at]!];
  const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(1);
  if (kind === undefined || length > LIMIT) {
    throw new Error("The peer does not speak this protocol");
  }
  const end = at + HEADER + length;
  if (bytes.length < end) return null;
  const payload = bytes.subarray(at + HEADER, end);
  return {
    frame: kind === "json"
      ? { kind, value: JSON.parse(new TextDecoder().decode(payload)) }
      : { kind, lines: payload },
    end,
  };
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
