import type { AuthSettings } from "./settings.ts";

/** Everything below this path belongs to the auth service. */
export const AUTH_PATH = "/api/_es/auth";

/** The groups of requests that are counted together for each client; limits.ts has the numbers. */
export type LimitName = "signIn" | "signUp" | "mail" | "code";

/** A path of the auth service: how it is asked, what it needs, which limit holds. */
export interface AuthRoute {
  methods: readonly ("GET" | "POST")[];
  /** What must be switched on in the auth config. */
  needs?: "password" | "anonymous";
  limit?: LimitName;
  /** The name by which better-auth has the same endpoint. */
  as?: string;
  /** The platform never offers it, whatever the config says (contract section 11). */
  unsupported?: true;
}

const get: AuthRoute = { methods: ["GET"] };
const post: AuthRoute = { methods: ["POST"] };
const mail: AuthRoute = { methods: ["POST"], limit: "mail" };

/**
 * What the auth service answers; anything else is not there, whatever better-auth and its plugins could
 * do. Sign-in by a mailed code and the tokens of social providers, for example, are nobody's contract.
 */
const ROUTES: Record<string, AuthRoute> = {
  "/config": get,
  "/ok": get,
  "/error": get,
  "/sign-in/email": { ...post, limit: "signIn" },
  "/sign-in/social": { ...post, limit: "signIn" },
  "/sign-in/anonymous": { ...post, limit: "signUp", needs: "anonymous" },
  "/sign-up/email": { ...post, limit: "signUp" },
  "/sign-out": post,
  "/get-session": get,
  "/list-sessions": get,
  "/revoke-session": post,
  "/revoke-sessions": post,
  "/revoke-other-sessions": post,
  "/send-verification-email": mail,
  "/verify-email": get,
  // better-auth warns about the older name of the same endpoint each time it is used.
  "/forget-password/email-otp": {
    ...mail,
    needs: "password",
    as: "/email-otp/request-password-reset",
  },
  "/email-otp/request-password-reset": { ...mail, needs: "password" },
  "/email-otp/reset-password": { ...post, limit: "code", needs: "password" },
  "/request-password-reset": { ...mail, needs: "password" },
  "/reset-password": { ...post, limit: "code", needs: "password" },
  "/change-password": { ...post, limit: "signIn", needs: "password" },
  "/update-user": post,
  "/list-accounts": get,
  "/link-social": post,
  "/unlink-account": post,
  "/delete-anonymous-user": { ...post, needs: "anonymous" },
  "/change-email": { ...post, unsupported: true },
  "/delete-user": { ...post, unsupported: true },
  "/delete-user/callback": { ...get, unsupported: true },
};

/** Apple answers with a form (https://developer.apple.com/documentation/signinwithapple). */
const CALLBACK: AuthRoute = { methods: ["GET", "POST"] };
const CALLBACKS = /^\/callback\/(?:google|github|gitlab|discord|apple|microsoft)$/;
const RESET_LINK = /^\/reset-password\/[A-Za-z0-9_-]{1,128}$/;

/**
 * The route of a path, or null when there is none. Paths are matched letter by letter: another spelling
 * of a path is another path.
 *
 * @param path what comes after AUTH_PATH, such as "/sign-in/email".
 */
export function authRoute(path: string): AuthRoute | null {
  if (Object.hasOwn(ROUTES, path)) return ROUTES[path]!;
  if (CALLBACKS.test(path)) return CALLBACK;
  return RESET_LINK.test(path) ? { ...get, needs: "password" } : null;
}

/** Whether the config has what a route needs. */
export function isOffered(route: AuthRoute, settings: AuthSettings): boolean {
  if (route.unsupported) return false;
  if (route.needs === "password") return settings.emailPassword.enabled;
  return route.needs !== "anonymous" || anonymousAllowed(settings);
}

/** A closed app takes no temporary accounts either. */
export function anonymousAllowed(settings: AuthSettings): boolean {
  return settings.enableAnonymous && !settings.disableSignUp;
}
