/** What a client has seen: how many answers of each kind, and what went wrong. */
export interface Seen {
  answers: number;
  texts: Set<string>;
  failures: string[];
}

/** Asks on one connection after the other, a new one for each request, until `over`. */
export async function askAnew(url: URL, seen: Seen, over: () => boolean): Promise<void> {
  const [hostname, port] = [url.hostname, Number(url.port)];
  while (!over()) {
    try {
      const connection = await Deno.connect({ hostname, port });
      const request =
        `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n\r\n`;
      await connection.write(new TextEncoder().encode(request));
      const text = await new Response(connection.readable).text();
      if (!text.startsWith("HTTP/1.1 200 ")) throw new Error(`It answered ${text.slice(0, 40)}`);
      note(seen, text.slice(text.indexOf("\r\n\r\n") + 4));
    } catch (error) {
      seen.failures.push(String(error));
    }
  }
}

/** Asks on one connection that is kept, until `over`. */
export async function askOn(url: URL, seen: Seen, over: () => boolean): Promise<void> {
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 1 });
  while (!over()) {
    try {
      const answer = await fetch(url, { client });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`It answered ${answer.status}`);
      note(seen, text);
    } catch (error) {
      seen.failures.push(String(error));
    }
  }
  client.close();
}

/** Many clients, every other one with a new connection for each request. */
export function manyClients(address: string, count: number) {
  const url = new URL(address);
  const seen: Seen = { answers: 0, texts: new Set(), failures: [] };
  let over = false;
  const clients = Array.from(
    { length: count },
    (_, index) => (index % 2 === 0 ? askAnew : askOn)(url, seen, () => over),
  );
  return {
    seen,
    async end() {
      over = true;
      await Promise.all(clients);
    },
  };
}

function note(seen: Seen, text: string): void {
  seen.answers++;
  // Chunked or not: what is looked for is one word in it.
  seen.texts.add(/app-\d+/.exec(text)?.[0] ?? text);
}
