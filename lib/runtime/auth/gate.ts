import { CLIENT_IP_HEADER, type ClientAddress } from "../client_address.ts";
import type { RuntimeHost } from "../host.ts";
import { errorRecord, messageRecord } from "../log.ts";
import { authError, tooManyAttempts } from "./auth_answers.ts";
import { configAnswer } from "./config_answer.ts";
import { createRateLimiter } from "./limits.ts";
import { mailToLog, type SendMail } from "./mail.ts";
import { AUTH_PATH, type AuthRoute, authRoute, isOffered } from "./routes.ts";
import type { AuthService } from "./service.ts";
import { findSession, type Session } from "./session.ts";
import { createSessionTokens } from "./session_tokens.ts";
import type { AuthSettings } from "./settings.ts";
import { smallBody } from "./small_body.ts";

/** Everything that the request handler asks about who is signed in. */
export interface AuthGate {
  /** Null at once when the request carries no token. */
  session(headers: Headers): Promise<Session | null> | null;
  /** Answers a request below `/api/_es/auth`. */
  handle(request: Request, client: ClientAddress): Promise<Response>;
  /** `set-cookie` values that prolong a session that is due; empty when that fails. */
  refresh(request: Request, client: ClientAddress): Promise<string[]>;
}

/** The auth service of one deployment. better-auth is loaded when the first request needs it. */
export function createAuthGate(host: RuntimeHost, settings: AuthSettings): AuthGate {
  const tokens = createSessionTokens(host.authSecret);
  const limiter = host.environment === "production" ? createRateLimiter(host.systemDb) : null;
  let loading: Promise<AuthService> | null = null;
  const service = () => loading ??= load(host, settings);
  const session = (headers: Headers) =>
    tokens.carried(headers) ? findSession(host.systemDb, tokens, settings, headers) : null;

  const guestId = async (path: string, headers: Headers): Promise<string | null> => {
    if (!createsAccounts(path, settings)) return null;
    const found = await session(headers);
    return found?.user.isAnonymous ? found.user.id : null;
  };

  return {
    session,
    async handle(request, client) {
      const path = new URL(request.url).pathname.slice(AUTH_PATH.length);
      const route = authRoute(path);
      if (!route) return authError(404, "NOT_FOUND", "The auth service has no such path");
      const refusal = refuse(route, request.method, settings);
      if (refusal) return refusal;
      if (path === "/config") return configAnswer(settings);
      const wait = route.limit ? await limiter?.take(route.limit, client.ip) ?? null : null;
      if (wait !== null) return tooManyAttempts(wait);
      const body = await smallBody(request);
      if (body === "too large") {
        return authError(413, "BODY_TOO_LARGE", "The body is larger than 64 KiB");
      }
      const url = `${client.origin}${AUTH_PATH}${route.as ?? path}${new URL(request.url).search}`;
      const { method, headers, signal } = request;
      const copy = forService(new Request(url, { method, headers, body, signal }), client);
      return await (await service()).handle(copy, await guestId(path, headers));
    },
    async refresh(request, client) {
      try {
        const { pathname } = new URL(request.url);
        const copy = new Request(`${client.origin}${pathname}`, { headers: request.headers });
        return await (await service()).refresh(forService(copy, client));
      } catch (error) {
        host.log(errorRecord("A session could not be prolonged", error));
        return [];
      }
    },
  };
}

function refuse(route: AuthRoute, method: string, settings: AuthSettings): Response | null {
  if (!isOffered(route, settings)) {
    return route.needs === "password"
      ? authError(400, "EMAIL_PASSWORD_DISABLED", "Email and password is not enabled")
      : authError(400, "UNSUPPORTED_AUTH_METHOD", "This app does not offer that");
  }
  const allow = route.methods.join(", ");
  return allow.split(", ").includes(method)
    ? null
    : authError(405, "METHOD_NOT_ALLOWED", `Use ${allow}`, { allow });
}

/**
 * Where a guest may become a user with credentials. With verification before the first sign-in nobody
 * may be signed in by the address that they only typed: there the guest stays apart.
 */
function createsAccounts(path: string, { emailPassword }: AuthSettings): boolean {
  if (path === "/sign-up/email") return !emailPassword.requireEmailVerification;
  return path === "/sign-in/social" || path.startsWith("/callback/");
}

async function load(host: RuntimeHost, settings: AuthSettings): Promise<AuthService> {
  const { createAuthService } = await host.authService();
  const toLog = mailToLog((message) => host.log(messageRecord("system", message)));
  const sendMail: SendMail = (mail) => {
    toLog(mail);
    host.mail?.(mail);
  };
  return createAuthService({
    db: host.systemDb,
    secret: host.authSecret,
    settings,
    origins: host.origins,
    sendMail,
    log: (level, message) => host.log(messageRecord(level, `[auth] ${message}`)),
  });
}

/** The request as the service must see it: with the client's address, which nobody else can claim. */
function forService(request: Request, client: ClientAddress): Request {
  request.headers.set(CLIENT_IP_HEADER, client.ip);
  return request;
}
