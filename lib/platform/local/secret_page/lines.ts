/** Reads a stream of JSON lines one by one. */
export interface Lines<T> {
  /** The next line; null when no more comes. */
  next(): Promise<T | null>;
  /** Reads no more. */
  cancel(): void;
}

/** The JSON lines of a stream that another part of this program writes. */
export function lines<T>(stream: ReadableStream<Uint8Array>): Lines<T> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return {
    async next() {
      for (;;) {
        const end = text.indexOf("\n");
        if (end >= 0) {
          const line = text.slice(0, end);
          text = text.slice(end + 1);
          return JSON.parse(line);
        }
        const { done, value } = await reader.read();
        if (done) return null;
        text += decoder.decode(value, { stream: true });
      }
    },
    cancel: () => void reader.cancel().catch(() => {}),
  };
}
