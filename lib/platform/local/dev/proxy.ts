import { Buffer } from "node:buffer";
import http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";

/** A process of `dev` on loopback. */
export interface Backend {
  port: number;
  /** Headers for the answer. */
  headers: Record<string, string>;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });

/**
 * Hands a request on, byte for byte in both directions; an end on one side is an end on the other.
 * "again": nobody listens there any more and nothing of the request was used up.
 */
export function proxyRequest(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  backend: Backend,
  retried: boolean,
): Promise<"done" | "again"> {
  return new Promise((resolve) => {
    const headers = forwarded(request, backend);
    const onward = http.request({
      host: "127.0.0.1",
      port: backend.port,
      method: request.method,
      path: request.url,
      headers,
      agent,
      setHost: false,
    });
    let answered = false;
    onward.on("response", (answer) => {
      answered = true;
      const raw = [...answer.rawHeaders, ...Object.entries(backend.headers).flat()];
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, raw);
      // Without this the head of a stream waits for its first byte.
      response.flushHeaders();
      answer.pipe(response);
      answer.on("error", () => response.destroy());
      answer.on("aborted", () => response.destroy());
      answer.on("end", () => resolve("done"));
    });
    onward.on("error", (error) => {
      // A kept connection may just have been given up by its other end. A first one that ends so early
      // met a process that did not survive the request: it must not meet the next one too.
      const reads = request.method === "GET" || request.method === "HEAD";
      const unheard = isRefused(error) || (reads && onward.reusedSocket && !retried);
      if (!answered && unheard && !hasBody(request) && !response.destroyed) return resolve("again");
      if (!response.headersSent) {
        response.writeHead(503, { "content-type": "application/json", "retry-after": "1" });
        response.end(JSON.stringify({
          error: {
            code: "APP_ENDED",
            message: "The app's process ended while it answered; it is started again",
          },
        }));
      } else response.destroy();
      resolve("done");
    });
    response.on("close", () => {
      if (!response.writableFinished) onward.destroy();
      resolve("done");
    });
    if (hasBody(request)) request.pipe(onward);
    else onward.end();
  });
}

/** Hands a connection on that wants to speak something else, such as a WebSocket. */
export function proxyUpgrade(
  request: http.IncomingMessage,
  client: Duplex,
  head: Uint8Array,
  backend: Backend,
): void {
  const server = net.connect(backend.port, "127.0.0.1", () => {
    const lines = Object.entries(forwarded(request, backend)).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => `${name}: ${one}`)
    );
    server.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    if (head.length > 0) server.write(head);
    server.pipe(client);
    client.pipe(server);
  });
  const end = () => {
    server.destroy();
    client.destroy();
  };
  for (const socket of [server, client]) {
    socket.on("error", end);
    socket.on("close", end);
  }
}

/** The client's headers. A process behind believes this one, on loopback, about where it came from. */
function forwarded(request: http.IncomingMessage, { port }: Backend) {
  const from = request.socket.remoteAddress ?? "127.0.0.1";
  const local = from === "::1" || /^(::ffff:)?127\./.test(from);
  const before = local ? request.headers["x-forwarded-for"] : undefined;
  const headers: http.OutgoingHttpHeaders = {
    ...request.headers,
    // The client's own: the app builds links with it, and Vite refuses names that are not its own.
    host: request.headers.host ?? `127.0.0.1:${port}`,
    "x-forwarded-for": before ?? from,
  };
  if (!local) delete headers["x-forwarded-proto"];
  // It was answered here.
  delete headers.expect;
  return headers;
}

function hasBody({ headers }: http.IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined ||
    (headers["content-length"] !== undefined && headers["content-length"] !== "0");
}

function isRefused(error: unknown): boolean {
  return (error as { code?: string }).code === "ECONNREFUSED";
}

/** The whole body of a small request, as text; null: it is larger than `limit` bytes. */
export async function readBody(
  request: http.IncomingMessage,
  limit: number,
): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
