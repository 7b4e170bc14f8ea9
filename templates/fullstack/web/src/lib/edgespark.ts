/**
 * The browser's way to this app's API and to its users: one client for the whole page.
 *
 *   await client.auth.signIn.email({ email, password });
 *   const response = await client.api.fetch("/api/notes");
 *
 * Pages and API share one origin, and the session is a cookie that scripts cannot read: nothing has
 * to be stored or sent by hand. `client.auth` is better-auth's client with what is added below.
 */
import { createAuthClient } from "better-auth/client";
import { anonymousClient, emailOTPClient } from "better-auth/client/plugins";

const authClient = createAuthClient({
  baseURL: window.location.origin,
  basePath: "/api/_es/auth",
  plugins: [anonymousClient(), emailOTPClient()],
});

/** A signed-in user together with the session. */
export type AuthSession = typeof authClient.$Infer.Session;
export type AuthUser = AuthSession["user"];

/** What the auth service refused. `code` is its own code, such as `INVALID_EMAIL_OR_PASSWORD`. */
export class AuthError extends Error {
  override readonly name = "AuthError";
  readonly code: string;
  readonly status: number | undefined;

  constructor(code: string, message: string, status?: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const additions = {
  /** The session; throws AuthError `UNAUTHENTICATED` when nobody is signed in. */
  async requireSession(): Promise<AuthSession> {
    const { data, error } = await authClient.getSession();
    if (error) {
      throw new AuthError(error.code ?? "AUTH_FAILED", error.message ?? error.statusText, error.status);
    }
    if (!data) throw new AuthError("UNAUTHENTICATED", "Nobody is signed in", 401);
    return data;
  },

  /**
   * Calls back with the session (null: nobody is signed in) once the first look-up is done, and again
   * whenever it changes, in another tab too. Returns the function that ends it.
   */
  onSessionChange(listener: (session: AuthSession | null) => void): () => void {
    let seen: AuthSession | null | undefined;
    return authClient.useSession.subscribe(({ data, isPending }) => {
      if (isPending || data === seen) return;
      seen = data;
      listener(data);
    });
  },

  /** Not offered by the platform. */
  changeEmail: unsupported("changeEmail"),
  /** Not offered by the platform. */
  deleteUser: unsupported("deleteUser"),
};

function unsupported(method: string) {
  return (): Promise<never> =>
    Promise.reject(new AuthError("UNSUPPORTED_AUTH_METHOD", `\`${method}\` is not offered by the platform`));
}

// better-auth's client turns every property into a request, so the additions are looked up first.
const auth = new Proxy(authClient, {
  get: (target, key) => Reflect.get(Object.hasOwn(additions, key) ? additions : target, key),
}) as typeof authClient & typeof additions;

/** `fetch` for this app's own API, with the session. Refuses addresses of other origins. */
function apiFetch(path: string | URL, init?: RequestInit): Promise<Response> {
  const url = new URL(path, window.location.origin);
  if (url.origin !== window.location.origin) {
    return Promise.reject(new TypeError(`client.api.fetch stays on this origin; use fetch for ${url.origin}`));
  }
  return fetch(url, { ...init, credentials: "include" });
}

export const client = { auth, api: { fetch: apiFetch } };
