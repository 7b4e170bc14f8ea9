/**
 * How the two sides of the sandbox talk over pipes: one line with a name and a length in bytes, then
 * that many bytes of JSON. The name is a secret of the run: code inside the sandbox shares the pipe
 * of the answer, but cannot know the name.
 */
export function encodeFrame(name: string, value: unknown): Uint8Array {
  return encodeText(name, JSON.stringify(value));
}

/** A frame of a text that is JSON already. */
export function encodeText(name: string, json: string): Uint8Array {
  const body = new TextEncoder().encode(json);
  const head = new TextEncoder().encode(`\n${name} ${body.length}\n`);
  const frame = new Uint8Array(head.length + body.length);
  frame.set(head);
  frame.set(body, head.length);
  return frame;
}

/** Collects bytes and hands out the frames with the given name; everything else is skipped. */
export class FrameReader {
  #bytes = new Uint8Array(64 * 1024);
  #length = 0;
  readonly #mark: Uint8Array;

  constructor(name: string) {
    this.#mark = new TextEncoder().encode(`\n${name} `);
  }

  /** How many bytes are held that belong to no complete frame yet. */
  get held(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = needed;
  }

  /** The text of the next whole frame, or null. */
  next(): string | null {
    const start = this.#find();
    if (start < 0) return null;
    const from = start + this.#mark.length;
    const end = this.#bytes.subarray(0, this.#length).indexOf(10, from);
    if (end < 0) return null;
    const size = Number(new TextDecoder().decode(this.#bytes.subarray(from, end)));
    if (!Number.isSafeInteger(size) || size < 0 || end + 1 + size > this.#length) return null;
    const text = new TextDecoder().decode(this.#bytes.subarray(end + 1, end + 1 + size));
    this.#bytes.copyWithin(0, end + 1 + size, this.#length);
    this.#length -= end + 1 + size;
    return text;
  }

  #find(): number {
    const bytes = this.#bytes.subarray(0, this.#length);
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
      if (this.#mark.every((byte, index) => bytes[at + index] === byte)) return at;
    }
    return -1;
  }
}
