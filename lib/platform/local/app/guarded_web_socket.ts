import { placeOf } from "./guarded_fetch.ts";
import type { NetJudge } from "./guarded_net.ts";

const EVENTS = ["open", "message", "error", "close"] as const;
type Listener = ((event: Event) => unknown) | null;

/**
 * `WebSocket` for calls to other servers: the connection begins once the judge has allowed it. Until
 * then it is a socket that connects, and one that is refused ends as one that could not.
 */
export function guardWebSocket(Original: typeof WebSocket, judge: NetJudge): typeof WebSocket {
  const { addEventListener } = EventTarget.prototype;
  class GuardedWebSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;
    readonly url: string;
    #socket: WebSocket | null = null;
    #refused = false;
    #binaryType: BinaryType = "blob";
    readonly #handlers = new Map<string, Listener>();

    constructor(address: string | URL, protocols?: string | string[]) {
      super();
      const url = new URL(address);
      if (url.protocol === "http:" || url.protocol === "https:") {
        url.protocol = url.protocol.replace("http", "ws");
      }
      this.url = url.href;
      const { host, port } = placeOf(url);
      this.#begin(host, port, protocols);
    }

    async #begin(host: string, port: number, protocols?: string | string[]): Promise<void> {
      try {
        await judge.check(host, port);
        this.#connect(protocols);
      } catch (error) {
        this.#refuse(error as Error);
      }
    }

    /** A socket that a request was upgraded to is one as well. */
    static override [Symbol.hasInstance](value: unknown): boolean {
      return (typeof value === "object" && value !== null &&
        (Function.prototype[Symbol.hasInstance].call(Original, value) ||
          Function.prototype[Symbol.hasInstance].call(GuardedWebSocket, value)));
    }

    get readyState(): number {
      if (this.#refused) return 3;
      return this.#socket?.readyState ?? 0;
    }
    get protocol(): string {
      return this.#socket?.protocol ?? "";
    }
    get extensions(): string {
      return this.#socket?.extensions ?? "";
    }
    get bufferedAmount(): number {
      return this.#socket?.bufferedAmount ?? 0;
    }
    get binaryType(): BinaryType {
      return this.#binaryType;
    }
    set binaryType(value: BinaryType) {
      this.#binaryType = value;
      if (this.#socket) this.#socket.binaryType = value;
    }

    send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
      if (!this.#socket) throw new DOMException("The socket is not open", "InvalidStateError");
      this.#socket.send(data as string);
    }

    close(code?: number, reason?: string): void {
      if (this.#socket) return this.#socket.close(code, reason);
      this.#end("The socket was closed before it was open");
    }

    handler(name: string): Listener {
      return this.#handlers.get(name) ?? null;
    }

    setHandler(name: string, listener: Listener): void {
      if (!this.#handlers.has(name)) {
        addEventListener.call(this, name, (event) => this.#handlers.get(name)?.call(this, event));
      }
      this.#handlers.set(name, typeof listener === "function" ? listener : null);
    }

    #connect(protocols?: string | string[]): void {
      if (this.#refused) return;
      const socket = this.#socket = new Original(this.url, protocols);
      socket.binaryType = this.#binaryType;
      for (const name of EVENTS) socket.addEventListener(name, (event) => this.#pass(event));
    }

    #pass(event: Event): void {
      const { type } = event;
      if (event instanceof MessageEvent) {
        this.dispatchEvent(
          new MessageEvent(type, { data: event.data, origin: event.origin }),
        );
      } else if (event instanceof CloseEvent) {
        const { code, reason, wasClean } = event;
        this.dispatchEvent(new CloseEvent(type, { code, reason, wasClean }));
      } else if (event instanceof ErrorEvent) {
        this.dispatchEvent(new ErrorEvent(type, { message: event.message, error: event.error }));
      } else this.dispatchEvent(new Event(type));
    }

    #refuse(error: Error): void {
      if (!this.#refused) this.#end(error.message, error);
    }

    #end(message: string, error?: Error): void {
      this.#refused = true;
      this.dispatchEvent(new ErrorEvent("error", { message, error }));
      this.dispatchEvent(new CloseEvent("close", { code: 1006, wasClean: false }));
    }
  }
  for (const name of EVENTS) {
    Object.defineProperty(GuardedWebSocket.prototype, `on${name}`, {
      get(this: GuardedWebSocket) {
        return this.handler(name);
      },
      set(this: GuardedWebSocket, listener: Listener) {
        this.setHandler(name, listener);
      },
      configurable: true,
      enumerable: true,
    });
  }
  Object.defineProperty(GuardedWebSocket, "name", { value: "WebSocket" });
  return GuardedWebSocket as unknown as typeof WebSocket;
}
