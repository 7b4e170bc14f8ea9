/** When to ask again, s. */
const RETRY_AFTER = 1;

/**
 * Answers in the app's place while its process is started again: 503 with `Retry-After`, so that nobody
 * waits for a port where nobody listens. It shares the port with the app until that listens.
 *
 * Windows does not let two listeners share a port; there a connection is refused meanwhile.
 */
export class StandIn {
  #server: Deno.HttpServer | null = null;

  constructor(readonly host: string, readonly port: number) {}

  open(): void {
    if (this.#server || Deno.build.os === "windows") return;
    try {
      this.#server = Deno.serve({
        hostname: this.host,
        port: this.port,
        reusePort: true,
        onListen: () => {},
        onError: () => new Response(null, { status: 503 }),
      }, answer);
    } catch {
      // Somebody else has taken the port: the app itself will say so.
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.shutdown().catch(() => {});
  }
}

function answer(): Response {
  const error = { code: "RESTARTING", message: "The app is being started again" };
  return new Response(JSON.stringify({ error }), {
    status: 503,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "retry-after": String(RETRY_AFTER),
      "connection": "close",
    },
  });
}
