/**
 * Addresses in which no parser changes anything about the path: it has no dot segments, no percent signs
 * and no characters that are written otherwise.
 */
const PLAIN = /^https?:\/\/[a-z0-9.:[\]-]+(\/[\w~/-]*)(?:\?[^#]*)?$/;

/**
 * A request and its path. What the app's router sees must be what is judged here: a request whose address
 * is written in another way than a URL is, is made anew with the address as it is read.
 */
export function plainRequest(incoming: Request): { request: Request; path: string } {
  const address = incoming.url;
  const plain = PLAIN.exec(address);
  if (plain) return { request: incoming, path: plain[1]! };
  const url = new URL(address);
  const request = url.href === address ? incoming : new Request(url, incoming);
  return { request, path: url.pathname };
}
