import { type Link, NO_CODE } from "./web_socket_pair.ts";
import { type Upgrade, upgradeOf } from "./web_socket_response.ts";

/** Says that the server goes away (RFC 6455, section 7.4.1). */
const GOING_AWAY = 1001;
/** Says that a connection broke. */
const BROKEN = 1006;

/** How long a client may take to answer that, ms. */
const PATIENCE = 1000;

/** Headers of an app's 101 that the handshake writes itself. */
const HANDSHAKE = new Set([
  ...["connection", "upgrade", "content-type", "content-length", "transfer-encoding"],
  ...["sec-websocket-accept", "sec-websocket-protocol", "sec-websocket-extensions"],
]);

/** The open sockets of the app, whatever deployment accepted them. */
export class WebSockets {
  readonly #open = new Set<WebSocket>();
  #stopping = false;
  #idle: (() => void) | null = null;

  get size(): number {
    return this.#open.size;
  }

  /** The answer to a request: an upgrade where the app's response is one, else that response. */
  answer(request: Request, response: Response): Response {
    const upgrade = upgradeOf(response);
    if (!upgrade) return response;
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return refusal(426, "The app answered with a WebSocket, which the request did not ask for");
    }
    const protocol = response.headers.get("sec-websocket-protocol") ?? "";
    try {
      const upgraded = Deno.upgradeWebSocket(request, { protocol });
      this.#connect(upgraded.socket, upgrade, protocol);
      for (const [name, value] of response.headers) {
        if (!HANDSHAKE.has(name)) upgraded.response.headers.append(name, value);
      }
      return upgraded.response;
    } catch (error) {
      return refusal(400, `No WebSocket: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Tells every client that the server goes away; resolves when all have answered, or soon. */
  async closeAll(): Promise<void> {
    this.#stopping = true;
    if (this.#open.size === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const gone = new Promise<void>((resolve) => {
      this.#idle = resolve;
      timer = setTimeout(resolve, PATIENCE);
    });
    for (const socket of this.#open) end(socket, GOING_AWAY, "The server stops");
    await gone;
    clearTimeout(timer);
  }

  #connect(socket: WebSocket, { given, kept }: Upgrade, protocol: string): void {
    // What the app sends before the handshake is done.
    const early: (string | ArrayBuffer)[] = [];
    let closing: (() => void) | null = null;
    kept.protocol = protocol;
    socket.binaryType = "arraybuffer";
    const link: Link = {
      message: (data) => {
        if (socket.readyState === WebSocket.CONNECTING) early.push(data);
        else if (socket.readyState === WebSocket.OPEN) socket.send(data);
      },
      close: (code, reason) => {
        closing = () => end(socket, code, reason);
        if (socket.readyState !== WebSocket.CONNECTING) closing();
      },
    };
    given.passOn(link);
    kept.link(link);
    this.#open.add(socket);
    socket.onopen = () => {
      for (const data of early.splice(0)) socket.send(data);
      closing?.();
      if (this.#stopping) end(socket, GOING_AWAY, "The server stops");
    };
    socket.onmessage = ({ data }) => kept.deliver(data);
    socket.onerror = (event) => kept.fail(event instanceof ErrorEvent ? event.message : "");
    socket.onclose = ({ code, reason, wasClean }) => {
      this.#open.delete(socket);
      kept.finish(code || BROKEN, reason, wasClean);
      if (this.#open.size === 0) this.#idle?.();
    };
  }
}

function end(socket: WebSocket, code: number, reason: string): void {
  if (code === NO_CODE) socket.close();
  else socket.close(code, reason);
}

function refusal(status: number, message: string): Response {
  const code = status === 426 ? "UPGRADE_REQUIRED" : "BAD_UPGRADE";
  return Response.json({ error: { code, message } }, { status });
}
