/** What a frame carries: a JSON message, or whole lines of the log that are passed on unread. */
export type Frame = { kind: "json"; value: unknown } | { kind: "log"; lines: Uint8Array };

/** One byte of kind, four bytes of length. */
const HEADER = 5;
const KINDS = ["json", "log"] as const;
/** Larger than any message; a peer that announces more speaks something else. */
const LIMIT = 256 * 1024 * 1024;

/** Where frames come from: a connection, or stdin. Streams over it would take a start some 10 ms more. */
export interface Source {
  /** Null when the peer has closed. */
  read(into: Uint8Array): Promise<number | null>;
}

/** A stream as a source. */
export function streamSource(stream: ReadableStream<Uint8Array>): Source {
  const reader = stream.getReader();
  let rest = new Uint8Array();
  return {
    async read(into) {
      while (rest.length === 0) {
        const { done, value } = await reader.read();
        if (done) return null;
        rest = new Uint8Array(value);
      }
      const taken = rest.subarray(0, into.length);
      into.set(taken);
      rest = rest.subarray(taken.length);
      return taken.length;
    },
  };
}

/** Where frames go to. */
export interface Sink {
  /** Gives how many bytes were taken. */
  write(bytes: Uint8Array): Promise<number>;
}

const ROOM = 64 * 1024;

/** Reads frames until the peer closes; a frame that was cut off by the end is dropped. */
export async function* readFrames(source: Source): AsyncGenerator<Frame> {
  let bytes = new Uint8Array(ROOM);
  for (let start = 0, end = 0;;) {
    const found = frameAt(bytes.subarray(0, end), start);
    if (found) {
      start = found.end;
      yield found.frame;
      continue;
    }
    bytes.copyWithin(0, start, end);
    end -= start;
    start = 0;
    const needed = end < HEADER ? HEADER : HEADER + lengthOf(bytes, 0);
    if (needed > bytes.length) bytes = enlarged(bytes, end, needed);
    const read = await source.read(bytes.subarray(end));
    if (read === null) return;
    end += read;
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
  readonly #sink: Sink;
  #last: Promise<void> = Promise.resolve();
  /** Bytes that the peer has not taken yet. */
  waiting = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Resolves when the system took it. Rejects when the peer is gone. */
  write(frame: Frame): Promise<void> {
    const payload = frame.kind === "json"
      ? new TextEncoder().encode(JSON.stringify(frame.value))
      : frame.lines;
    const bytes = new Uint8Array(HEADER + payload.length);
    bytes[0] = KINDS.indexOf(frame.kind);
    new DataView(bytes.buffer).setUint32(1, payload.length);
    bytes.set(payload, HEADER);
    this.waiting += bytes.length;
    // After a failure the peer is gone, which the next one hears as well.
    const written = this.#last.then(() => this.#writeAll(bytes)).finally(() => {
      this.waiting -= bytes.length;
    });
    this.#last = written;
    written.catch(() => {});
    return written;
  }

  /** Resolves when everything is written, or nothing can be any more. */
  async done(): Promise<void> {
    await this.#last.catch(() => {});
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#sink.write(bytes.subarray(at));
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
      // What it lies in is read into again.
      : { kind, lines: payload.slice() },
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

function enlarged(bytes: Uint8Array, used: number, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes.subarray(0, used));
  return larger;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
