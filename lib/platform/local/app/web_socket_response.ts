import { define } from "./define.ts";
import { PairSocket, WebSocketPair } from "./web_socket_pair.ts";

/** The ends that travel with responses, and the other ends, which the app keeps. */
const ends = new WeakMap<Response, PairSocket>();
const partners = new WeakMap<PairSocket, PairSocket>();

/** Gives apps `WebSocketPair` and the `webSocket` of responses, as Workers have them. */
export function installWebSockets(): void {
  class Pair extends WebSocketPair {
    constructor() {
      super();
      partners.set(this[0], this[1]);
      partners.set(this[1], this[0]);
    }
  }
  Object.defineProperty(Pair, "name", { value: "WebSocketPair" });
  define(globalThis, "WebSocketPair", Pair);
  define(globalThis, "Response", withWebSocket(globalThis.Response));
}

/** The ends of an upgrade: the one that the app gave away and the one that it keeps. */
export interface Upgrade {
  given: PairSocket;
  kept: PairSocket;
}

/** What a response upgrades to; null when it is no upgrade. */
export function upgradeOf(response: Response): Upgrade | null {
  const given = ends.get(response);
  const kept = given && partners.get(given);
  return given && kept ? { given, kept } : null;
}

/** A Response whose init may be 101 with a `webSocket`; also when the init is another Response. */
function withWebSocket(Original: typeof Response): typeof Response {
  return new Proxy(Original, {
    construct(target, args: [unknown, ResponseInit & { webSocket?: unknown }], newTarget) {
      const [, init] = args;
      const socket = init?.webSocket;
      if (!(socket instanceof PairSocket)) return Reflect.construct(target, args, newTarget);
      if (init.status !== 101) {
        throw new RangeError("A response with a WebSocket must have the status 101");
      }
      const { headers } = init;
      const response: Response = Reflect.construct(target, [null, { headers }], newTarget);
      socket.giveAway();
      ends.set(response, socket);
      Object.defineProperties(response, {
        status: { value: 101 },
        statusText: { value: "Switching Protocols" },
        ok: { value: false },
        webSocket: { value: socket },
      });
      return response;
    },
  });
}
