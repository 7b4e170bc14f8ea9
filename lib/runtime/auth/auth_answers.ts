/** An error as better-auth answers it: its clients read `code` and `message` at the top. */
export function authError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify({ code, message }), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

/** 429; `seconds` until the next try counts again. */
export function tooManyAttempts(seconds: number): Response {
  return authError(429, "TOO_MANY_ATTEMPTS", "Too many attempts. Please try again later.", {
    "retry-after": String(seconds),
    // The name that better-auth's client looks at.
    "x-retry-after": String(seconds),
  });
}
