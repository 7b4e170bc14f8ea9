/** An answer of the platform itself: `{ "error": { "code", "message" } }`. */
export function errorAnswer(status: number, code: string, message: string): Response {
  return new Response(JSON.stringify({ error: { code, message } }), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}

/** What a visitor learns of an error of the app: that there was one. */
export function internalError(): Response {
  return errorAnswer(500, "INTERNAL_ERROR", "Something went wrong while answering this request");
}

/** JSON that no cache may keep. */
export function jsonAnswer(value: unknown): Response {
  return new Response(JSON.stringify(value), {
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}

/** The same answer with changed headers; the body is not copied. */
export function withHeaders(response: Response, change: (headers: Headers) => void): Response {
  try {
    change(response.headers);
    return response;
  } catch {
    // Headers of a fetched response cannot be changed.
    const copy = new Response(response.body, response);
    change(copy.headers);
    return copy;
  }
}
