/**
 * Whether a request was meant for the page at these origins: its Host is one of theirs (a name that an
 * attacker points at this machine, "DNS rebinding", is not), and what changes something comes from the
 * page itself.
 *
 * A browser sends an Origin with every form that is posted; where a policy of its own makes that "null",
 * Sec-Fetch-Site tells (Fetch, "append a request Origin header"). No web page can set either.
 */
export function isOwnTab(request: Request, origins: string[]): boolean {
  const host = request.headers.get("host")?.toLowerCase();
  if (!origins.some((origin) => new URL(origin).host === host)) return false;
  if (request.method === "GET" || request.method === "HEAD") return true;
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  return origin === "null" ? site === "same-origin" : origins.includes(origin ?? "");
}
