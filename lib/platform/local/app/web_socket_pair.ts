import { AsyncLocalStorage } from "node:async_hooks";

/** Where what one end of a pair says goes to. */
export interface Link {
  message(data: string | ArrayBuffer): void;
  close(code: number, reason: string): void;
}

type Message = string | ArrayBuffer | ArrayBufferView;

/** Says "no code" (RFC 6455, section 7.4.1). */
export const NO_CODE = 1005;

/** What may stand in a close frame: 1004 is reserved, 1005, 1006 and 1015 only say what was seen. */
const UNSENDABLE = new Set([1004, NO_CODE, 1006, 1015]);

/**
 * One end of a WebSocketPair, by the rules of Workers
 * (https://developers.cloudflare.com/workers/runtime-apis/websockets/): nothing is heard before
 * `accept()`, binary messages are ArrayBuffers. Listeners run in the request that accepted it.
 */
export class PairSocket extends EventTarget {
  static readonly READY_STATE_CONNECTING = 0;
  static readonly READY_STATE_OPEN = 1;
  static readonly READY_STATE_CLOSING = 2;
  static readonly READY_STATE_CLOSED = 3;
  readonly url = null;
  readonly extensions = "";
  protocol = "";
  binaryType: BinaryType = "arraybuffer";
  #state: "new" | "accepted" | "given away" = "new";
  #link: Link | null = null;
  #closing = false;
  #closed = false;
  #inbox: (() => void)[] = [];
  /** What came before this end was given away. */
  readonly #early: ((link: Link) => void)[] = [];
  #draining = false;
  #inScope: <T>(work: () => T) => T = (work) => work();

  get readyState(): number {
    return this.#closed ? 3 : this.#closing ? 2 : 1;
  }

  accept(): void {
    if (this.#state === "given away") {
      throw new TypeError("This WebSocket was returned in a response: accept the other end");
    }
    if (this.#state === "accepted") return;
    this.#state = "accepted";
    this.#inScope = AsyncLocalStorage.snapshot();
    this.#early.length = 0;
    this.#drain();
  }

  send(data: Message): void {
    if (this.#state !== "accepted") throw new TypeError("Call `accept()` before sending messages");
    if (this.#closing) throw new TypeError("The WebSocket was closed: it sends nothing any more");
    this.#link?.message(typeof data === "string" ? data : copyOf(data));
  }

  close(code?: number, reason = ""): void {
    if (code !== undefined && (!(code >= 1000 && code < 5000) || UNSENDABLE.has(code))) {
      throw new TypeError(`${code} is no code to close a WebSocket with`);
    }
    if (this.#state !== "accepted") throw new TypeError("Call `accept()` before closing");
    if (this.#closing) return;
    this.#closing = true;
    this.#link?.close(code ?? NO_CODE, reason);
  }

  /** Connects this end with whoever hears it. */
  link(link: Link): void {
    this.#link = link;
  }

  /** Says to somebody else what came while nobody listened here. */
  passOn(link: Link): void {
    for (const say of this.#early.splice(0)) say(link);
  }

  /** Makes it the platform's: it travels with a response. */
  giveAway(): void {
    if (this.#state === "accepted") {
      throw new TypeError("A WebSocket that was accepted cannot be returned in a response");
    }
    this.#state = "given away";
  }

  /** A message from the other side. */
  deliver(data: string | ArrayBuffer): void {
    if (this.#state !== "accepted") this.#early.push((link) => link.message(data));
    this.#later(() => this.#fire(new MessageEvent("message", { data })));
  }

  /** The other side is gone, and this one with it. */
  finish(code: number, reason: string, wasClean: boolean): void {
    if (this.#state !== "accepted") this.#early.push((link) => link.close(code, reason));
    this.#later(() => {
      this.#closing = this.#closed = true;
      this.#fire(new CloseEvent("close", { code, reason, wasClean }));
    });
  }

  fail(message: string): void {
    this.#later(() => this.#fire(new ErrorEvent("error", { message })));
  }

  #later(work: () => void): void {
    this.#inbox.push(work);
    if (this.#state === "accepted") this.#drain();
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    queueMicrotask(() => {
      this.#draining = false;
      for (const work of this.#inbox.splice(0)) if (!this.#closed) this.#inScope(work);
    });
  }

  #fire(event: Event): void {
    this.dispatchEvent(event);
    const handler: unknown = Reflect.get(this, `on${event.type}`);
    if (typeof handler === "function") handler.call(this, event);
  }
}

/** Two ends of one connection, under 0 and 1. */
export class WebSocketPair {
  readonly 0 = new PairSocket();
  readonly 1 = new PairSocket();

  constructor() {
    join(this[0], this[1]);
    join(this[1], this[0]);
  }
}

/** An end that hears of the other's closing closes as well. */
function join(from: PairSocket, to: PairSocket): void {
  from.link({
    message: (data) => to.deliver(data),
    close: (code, reason) => {
      to.finish(code, reason, true);
      from.finish(code, reason, true);
    },
  });
}

function copyOf(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer;
  }
  if (data instanceof ArrayBuffer) return data.slice(0);
  throw new TypeError("A WebSocket sends text, ArrayBuffers and their views");
}
