import type { NetJudge } from "./guarded_net.ts";

/** As many redirects as browsers follow. */
const HOPS = 20;
/** Headers that stay with the origin that they were meant for. */
const PERSONAL = ["authorization", "proxy-authorization", "cookie"];

// Taken before an app can replace them.
const NativeRequest = Request;
const NativeURL = URL;
const NativeStream = ReadableStream;
const NativeForm = FormData;
const getter = <T>(prototype: object, name: string): (target: object) => T => {
  const get = Object.getOwnPropertyDescriptor(prototype, name)!.get!;
  const { apply } = Reflect;
  return (target) => apply(get, target, []);
};
const requestUrl = getter<string>(Request.prototype, "url");
const requestMethod = getter<string>(Request.prototype, "method");
const requestRedirect = getter<string>(Request.prototype, "redirect");
const requestBody = getter<unknown>(Request.prototype, "body");
const requestHeaders = getter<Headers>(Request.prototype, "headers");
const requestSignal = getter<AbortSignal>(Request.prototype, "signal");
const urlHost = getter<string>(URL.prototype, "hostname");
const urlPort = getter<string>(URL.prototype, "port");
const urlProtocol = getter<string>(URL.prototype, "protocol");
const urlOrigin = getter<string>(URL.prototype, "origin");
const urlHref = getter<string>(URL.prototype, "href");
const responseStatus = getter<number>(Response.prototype, "status");
const responseHeaders = getter<Headers>(Response.prototype, "headers");
const { apply } = Reflect;
const { get: headerGet, delete: headerDelete } = Headers.prototype;
const { cancel } = ReadableStream.prototype;
const responseBody = getter<ReadableStream | null>(Response.prototype, "body");

/** The host and the port that a URL leads to. */
export function placeOf(url: URL): { host: string; port: number } {
  const port = urlPort(url);
  const protocol = urlProtocol(url);
  const usual = protocol === "https:" || protocol === "wss:" ? 443 : 80;
  return { host: urlHost(url), port: port === "" ? usual : +port };
}

/**
 * `fetch` that asks the judge before every connection, also of those that an answer redirects to.
 * Only `http:` and `https:` leave this process; the rest is the original's business.
 */
export function guardFetch(original: typeof fetch, judge: NetJudge): typeof fetch {
  return async function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    let request = new NativeRequest(input, init);
    const follows = requestRedirect(request) === "follow";
    for (let hop = 0;; hop++) {
      const url = new NativeURL(requestUrl(request));
      const web = urlProtocol(url) === "http:" || urlProtocol(url) === "https:";
      if (web) {
        const { host, port } = placeOf(url);
        await judge.check(host, port);
      }
      if (!web || !follows) return await original(request);
      const response = await original(new NativeRequest(request, { redirect: "manual" }));
      const next = redirectOf(request, init?.body ?? null, url, response);
      if (next === null) {
        if (hop > 0) Object.defineProperty(response, "redirected", { value: true });
        return response;
      }
      if (hop === HOPS) throw new TypeError("Too many redirects");
      const left = responseBody(response);
      if (left) apply(cancel, left, []);
      request = next;
    }
  };
}

/**
 * The request that an answer asks for (Fetch standard, "HTTP-redirect fetch"); null: none.
 *
 * @param given the body as the app gave it: a stream cannot be sent twice.
 */
function redirectOf(
  request: Request,
  given: BodyInit | null,
  from: URL,
  response: Response,
): Request | null {
  const status = responseStatus(response);
  if (status !== 301 && status !== 302 && status !== 303 && status !== 307 && status !== 308) {
    return null;
  }
  const location: string | null = apply(headerGet, responseHeaders(response), ["location"]);
  if (location === null) return null;
  const url = new NativeURL(location, urlHref(from));
  if (urlProtocol(url) !== "http:" && urlProtocol(url) !== "https:") {
    throw new TypeError("A redirect may lead to http and https only");
  }
  const method = requestMethod(request);
  const becomesGet = (status === 303 && method !== "GET" && method !== "HEAD") ||
    ((status === 301 || status === 302) && method === "POST");
  const headers = new Headers(requestHeaders(request));
  if (becomesGet) drop(headers, CONTENT);
  if (urlOrigin(url) !== urlOrigin(from)) drop(headers, PERSONAL);
  const sends = !becomesGet && requestBody(request) !== null;
  if (sends && (given === null || given instanceof NativeStream)) {
    throw new TypeError("A redirect asks for the body again, and a stream cannot be sent twice");
  }
  // The new body has a boundary of its own.
  if (given instanceof NativeForm) drop(headers, CONTENT);
  return new NativeRequest(urlHref(url), {
    method: becomesGet ? "GET" : method,
    headers,
    body: sends ? given : null,
    signal: requestSignal(request),
  });
}

const CONTENT = ["content-type", "content-length", "content-encoding", "content-language"];

function drop(headers: Headers, names: readonly string[]): void {
  for (let index = 0; index < names.length; index++) apply(headerDelete, headers, [names[index]]);
}
