/** The cookie of contract section 11. */
export const SESSION_COOKIE = "better-auth.session_token";

/** Reads session tokens from requests and checks their signature. */
export interface SessionTokens {
  /** Whether a request carries something that may be a token. Most do not, and need not wait. */
  carried(headers: Headers): boolean;
  /** The token of the `Authorization: Bearer` header or of the session cookie; null when there is no valid one. */
  read(headers: Headers): Promise<string | null>;
}

/**
 * Tokens as better-auth signs them: `<token>.<base64 HMAC-SHA256 of the token>`, percent-encoded. A
 * bearer token may also come without signature, as better-auth's `bearer` plugin has it: it is the
 * secret itself.
 *
 * @param secret the auth secret.
 */
export function createSessionTokens(secret: string): SessionTokens {
  const key = crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const verify = async (signed: string): Promise<string | null> => {
    const dot = signed.lastIndexOf(".");
    const signature = signed.slice(dot + 1);
    if (dot < 1 || !/^[A-Za-z0-9+/]{43}=$/.test(signature)) return null;
    const token = signed.slice(0, dot);
    const bytes = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0));
    const valid = await crypto.subtle.verify(
      "HMAC",
      await key,
      bytes,
      new TextEncoder().encode(token),
    );
    return valid ? token : null;
  };
  return {
    carried: (headers) =>
      bearerToken(headers) !== null || cookieValue(headers.get("cookie"), SESSION_COOKIE) !== null,
    read(headers) {
      const bearer = bearerToken(headers);
      if (bearer !== null) {
        return bearer.includes(".") ? verify(decode(bearer)) : Promise.resolve(bearer);
      }
      const cookie = cookieValue(headers.get("cookie"), SESSION_COOKIE);
      return cookie === null ? Promise.resolve(null) : verify(decode(cookie));
    },
  };
}

function bearerToken(headers: Headers): string | null {
  const header = headers.get("authorization");
  if (header === null || header.slice(0, 7).toLowerCase() !== "bearer ") return null;
  return header.slice(7).trim() || null;
}

function cookieValue(header: string | null, name: string): string | null {
  if (header === null) return null;
  for (const part of header.split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
