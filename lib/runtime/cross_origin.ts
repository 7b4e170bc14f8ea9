/**
 * CORS for the origins that the project trusts: their pages may call `/api` with credentials. Nothing
 * is said to any other origin; an app may speak for its public routes itself.
 */

/** The answer to a preflight of a trusted origin; null when the request is none. */
export function preflightAnswer(request: Request, origins: string[]): Response | null {
  if (request.method !== "OPTIONS" || !isTrusted(request, origins)) return null;
  const method = request.headers.get("access-control-request-method");
  if (method === null) return null;
  const asked = request.headers.get("access-control-request-headers");
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": method,
      ...(asked !== null && { "access-control-allow-headers": asked }),
      "access-control-max-age": "600",
    },
  });
}

/** Lets a page of a trusted origin read the response. What the app itself has set stays. */
export function shareWithOrigin(request: Request, headers: Headers, origins: string[]): void {
  headers.append("vary", "Origin");
  if (!isTrusted(request, origins) || headers.has("access-control-allow-origin")) return;
  headers.set("access-control-allow-origin", request.headers.get("origin")!);
  headers.set("access-control-allow-credentials", "true");
}

function isTrusted(request: Request, origins: string[]): boolean {
  const origin = request.headers.get("origin");
  return origin !== null && origins.includes(origin);
}
