/** The parameter of contract section 11 in which a page of another origin gets its session. */
export const TOKEN_PARAMETER = "es_auth_token";

/**
 * A redirect that signed somebody in and leads to another, trusted origin takes the session along: the
 * cookie stays behind on this one. The client there takes it out of the address at once.
 *
 * @param origins the origins that may have it.
 */
export function carryToken(request: Request, response: Response, origins: string[]): Response {
  const token = response.headers.get("set-auth-token");
  const location = response.headers.get("location");
  if (token === null || location === null || response.status < 300 || response.status > 399) {
    return response;
  }
  const target = URL.parse(location, request.url);
  if (!target || target.origin === new URL(request.url).origin) return response;
  if (!origins.includes(target.origin)) return response;
  target.searchParams.set(TOKEN_PARAMETER, token);
  const headers = new Headers(response.headers);
  headers.set("location", target.href);
  return new Response(null, { status: response.status, headers });
}
