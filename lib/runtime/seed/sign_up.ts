/** A user that a seed made. */
export interface SignedUp {
  user: { id: string; email: string; name: string };
  /** As this user; to other origins without credentials. */
  fetch(path: string | URL, init?: RequestInit): Promise<Response>;
}

const AUTH = "/api/_es/auth";

/**
 * Makes a user as a visitor would, by the auth service, and verifies the address.
 *
 * @throws Error with the service's own words
 */
export async function signUp(
  origin: string,
  user: { email: string; password: string; name: string },
): Promise<SignedUp> {
  const jar = new Map<string, string>();
  const as = async (path: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(path, origin);
    if (url.origin !== origin) return await fetch(url, { credentials: "omit", ...init });
    const headers = new Headers(init.headers);
    if (!headers.has("origin")) headers.set("origin", origin);
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookies !== "") headers.set("cookie", cookies);
    // A redirect could lead elsewhere, and must not take the cookies along.
    const response = await fetch(url, { redirect: "manual", ...init, headers });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    return response;
  };
  const post = (path: string, body: unknown) =>
    as(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const { email, password } = user;
  const made = await post(`${AUTH}/sign-up/email`, user);
  const words = await made.text();
  if (!made.ok && !/USER_ALREADY_EXISTS/.test(words)) {
    throw new Error(`The user \`${email}\` cannot sign up: ${words}`);
  }
  if (made.ok) {
    const sent = await post(`${AUTH}/send-verification-email`, { email });
    await sent.body?.cancel();
    if (sent.ok) await (await post("/api/_es/dev/auto-verify", { email })).body?.cancel();
  }
  if (jar.size === 0) {
    const signedIn = await post(`${AUTH}/sign-in/email`, { email, password });
    const answer = await signedIn.text();
    if (!signedIn.ok) throw new Error(`The user \`${email}\` cannot sign in: ${answer}`);
  }
  const session = await (await as(`${AUTH}/get-session`)).json();
  if (!session?.user) throw new Error(`The user \`${email}\` has no session`);
  return { user: session.user, fetch: as };
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair, ...attributes] = line.split(";");
  const equals = pair!.indexOf("=");
  const name = pair!.slice(0, equals).trim();
  const gone = attributes.some((one) => /^\s*max-age=(0|-\d+)\s*$/i.test(one));
  if (gone) jar.delete(name);
  else jar.set(name, pair!.slice(equals + 1).trim());
}
