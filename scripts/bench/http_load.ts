/** What a load came to. */
export interface Load {
  /** Answers per second. */
  perSecond: number;
  /** Median time of an answer, ms. */
  p50: number;
}

/**
 * Asks for one address on `connections` connections that are kept, one request after the other on each,
 * for `ms`. It reads answers without a library, so that it takes little of the machine for itself.
 *
 * @throws when an answer is none with status 200.
 */
export async function load(address: string, connections: number, ms: number): Promise<Load> {
  const url = new URL(address);
  const end = performance.now() + ms;
  const times: number[] = [];
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, () => ask(url, end, times)));
  const seconds = (performance.now() - start) / 1000;
  const sorted = Float64Array.from(times).sort();
  return { perSecond: times.length / seconds, p50: sorted[sorted.length >> 1] ?? NaN };
}

async function ask(url: URL, end: number, times: number[]): Promise<void> {
  const connection = await Deno.connect({ hostname: url.hostname, port: Number(url.port) });
  connection.setNoDelay(true);
  const request = new TextEncoder().encode(
    `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\naccept: */*\r\n\r\n`,
  );
  const buffer = new Uint8Array(64 * 1024);
  const decoder = new TextDecoder();
  try {
    while (performance.now() < end) {
      const begun = performance.now();
      await connection.write(request);
      let text = "";
      for (let rest = Infinity; text.length < rest;) {
        const read = await connection.read(buffer);
        if (read === null) throw new Error(`The server hung up: ${text.slice(0, 80)}`);
        text += decoder.decode(buffer.subarray(0, read));
        if (rest === Infinity) rest = lengthOf(text);
      }
      times.push(performance.now() - begun);
      if (!text.startsWith("HTTP/1.1 200")) throw new Error(`It answered ${text.slice(0, 200)}`);
    }
  } finally {
    connection.close();
  }
}

/** How long the whole answer is, of ASCII; infinity while the head is not there. */
function lengthOf(text: string): number {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return Infinity;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head + 2));
  if (length) return head + 4 + Number(length[1]);
  if (!text.includes("\r\n0\r\n\r\n")) return Infinity;
  return text.length;
}
