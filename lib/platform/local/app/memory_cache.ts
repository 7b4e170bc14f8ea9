import { bytesWithin } from "../../../runtime/bytes_within.ts";

/** What all caches of an app may hold together, and one answer alone, bytes. */
const LIMIT = 16 * 1024 * 1024;
const LARGEST = 4 * 1024 * 1024;
/** How long an answer that says nothing is kept, s (Cloudflare's default for a 200). */
const DEFAULT_TTL = 7200;

interface Entry {
  status: number;
  statusText: string;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer>;
  /** ms since the epoch. */
  expires: number;
}

/** What a request is looked up by. */
type Asked = RequestInfo | URL;

/**
 * Workers' `caches` (https://developers.cloudflare.com/workers/runtime-apis/cache/), in the memory of the
 * app's process: gone with it, and no other app's. The engine's own lies on the disk, beyond the app's
 * permissions, and is one for all apps of the machine.
 */
export class MemoryCaches {
  /** By the name of the cache and the address, the longest unused first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  readonly default: MemoryCache;

  constructor(readonly now: () => number = Date.now) {
    this.default = this.#named("default");
  }

  // deno-lint-ignore require-await -- a promise on Workers
  async open(name: string): Promise<MemoryCache> {
    return this.#named(`named ${name}`);
  }

  #named(name: string): MemoryCache {
    const keyOf = (url: string) => `${name} ${url}`;
    return new MemoryCache({
      get: (url) => this.#get(keyOf(url)),
      set: (url, entry) => this.#set(keyOf(url), entry),
      delete: (url) => this.#delete(keyOf(url)),
      now: this.now,
    });
  }

  #get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.expires <= this.now()) {
      this.#bytes -= entry.body.length;
      return undefined;
    }
    this.#entries.set(key, entry);
    return entry;
  }

  #set(key: string, entry: Entry): void {
    this.#delete(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.body.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= LIMIT && this.#entries.size <= 10_000) break;
      this.#delete(oldest);
    }
  }

  #delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (!entry) return false;
    this.#bytes -= entry.body.length;
    return this.#entries.delete(key);
  }
}

interface Shelf {
  get(url: string): Entry | undefined;
  set(url: string, entry: Entry): void;
  delete(url: string): boolean;
  now(): number;
}

/** One cache: whole answers to GET by their address; `Vary` is not looked at, as on Workers. */
export class MemoryCache {
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** Keeps an answer as long as it says. @throws TypeError for what cannot be kept at all. */
  async put(asked: Asked, response: Response): Promise<void> {
    const { method, url } = new Request(asked);
    if (method !== "GET") throw new TypeError("Cannot cache response to non-GET request.");
    if (response.status === 206) {
      throw new TypeError("Cannot cache response to a range request (206 Partial Content).");
    }
    if (response.headers.get("vary")?.includes("*")) {
      throw new TypeError("Cannot cache response with 'Vary: *' header.");
    }
    if (response.bodyUsed) throw new TypeError("The body of the response was read already.");
    const seconds = secondsOf(response.headers, this.#shelf.now());
    const body = await bytesWithin(response.body, seconds > 0 ? LARGEST : 0);
    if (body === null || seconds <= 0) return;
    const { status, statusText } = response;
    const expires = this.#shelf.now() + seconds * 1000;
    const headers = [...response.headers];
    this.#shelf.set(addressOf(url), { status, statusText, headers, body, expires });
  }

  // deno-lint-ignore require-await -- a promise on Workers
  async match(asked: Asked, options?: { ignoreMethod?: boolean }): Promise<Response | undefined> {
    const { method, url } = new Request(asked);
    if (method !== "GET" && !options?.ignoreMethod) return undefined;
    const entry = this.#shelf.get(addressOf(url));
    if (!entry) return undefined;
    const { status, statusText } = entry;
    const headers = new Headers(entry.headers);
    headers.set("cf-cache-status", "HIT");
    const empty = status === 204 || status === 205 || status === 304;
    return new Response(empty ? null : entry.body.slice(), { status, statusText, headers });
  }

  // deno-lint-ignore require-await -- a promise on Workers
  async delete(asked: Asked, options?: { ignoreMethod?: boolean }): Promise<boolean> {
    const { method, url } = new Request(asked);
    return (method === "GET" || options?.ignoreMethod === true) &&
      this.#shelf.delete(addressOf(url));
  }
}

function addressOf(url: string): string {
  return url.split("#")[0]!;
}

/** How long an answer may be kept, s; 0: not at all. */
function secondsOf(headers: Headers, now: number): number {
  const control = headers.get("cache-control")?.toLowerCase() ?? "";
  if (headers.has("set-cookie") && !/private\s*=\s*"?set-cookie/.test(control)) return 0;
  if (/(?:^|[\s,])(?:no-store|no-cache|private)(?:$|[\s,])/.test(control)) return 0;
  const age = /s-maxage\s*=\s*"?(\d+)/.exec(control) ?? /max-age\s*=\s*"?(\d+)/.exec(control);
  if (age) return Number(age[1]);
  const expires = headers.get("expires");
  if (expires === null) return DEFAULT_TTL;
  return Math.max(0, (Date.parse(expires) - now) / 1000) || 0;
}
