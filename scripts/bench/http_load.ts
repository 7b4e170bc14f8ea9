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

/** Whether an address answers with 200 just now. It takes next to nothing of the machine while nobody listens. */
export async function answers(address: string): Promise<boolean> {
  const url = new URL(address);
  const connection = await Deno.connect({ hostname: url.hostname, port: Number(url.port) })
    .catch(() => null);
  if (!connection) return false;
  try {
    await connection.write(requestFor(url, "close"));
    const buffer = new Uint8Array(1024);
    return await connection.read(buffer) !== null && isOk(buffer);
  } catch {
    return false;
  } finally {
    connection.close();
  }
}

function requestFor(url: URL, connection: "close" | "keep-alive"): Uint8Array {
  return new TextEncoder().encode(
    `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\naccept: */*\r\nconnection: ${connection}\r\n\r\n`,
  );
}

async function ask(url: URL, end: number, times: number[]): Promise<void> {
  const connection = await Deno.connect({ hostname: url.hostname, port: Number(url.port) });
  connection.setNoDelay(true);
  const request = requestFor(url, "keep-alive");
  const buffer = new Uint8Array(64 * 1024);
  /** Answers of one address are of one length; 0: not known yet, or it may differ. */
  let length = 0;
  try {
    while (performance.now() < end) {
      const begun = performance.now();
      await connection.write(request);
      let size = 0;
      do {
        const read = await connection.read(buffer.subarray(size));
        if (read === null) throw new Error("The server hung up");
        size += read;
      } while (size < (length || lengthOf(text(buffer, size))));
      times.push(performance.now() - begun);
      if (!isOk(buffer)) throw new Error(`It answered ${text(buffer, Math.min(size, 200))}`);
      length ||= fixedLength(text(buffer, size));
    }
  } finally {
    connection.close();
  }
}

/** Whether the status is 200: the digits behind `HTTP/1.1 `. */
function isOk(buffer: Uint8Array): boolean {
  return buffer[9] === 0x32 && buffer[10] === 0x30 && buffer[11] === 0x30;
}

function text(buffer: Uint8Array, size: number): string {
  return new TextDecoder().decode(buffer.subarray(0, size));
}

/** The length of an answer that says how long its body is; 0: it does not. */
function fixedLength(answer: string): number {
  return /\r\ncontent-length: /i.test(answer) ? answer.length : 0;
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
