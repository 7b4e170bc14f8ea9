/** Whether a request asks to become a WebSocket. */
export function asksForWebSocket(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * Whether a page of another origin asks. Browsers send cookies with the handshakes of any page and hold
 * no answer back from it, so that such a page must not act as the person who is signed in. What is no
 * browser says no origin.
 *
 * @param origins other origins that the project trusts.
 */
export function isForeignPage(request: Request, origins: string[]): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || origins.includes(origin)) return false;
  const page = URL.parse(origin);
  return page === null || page.host !== new URL(request.url).host;
}
