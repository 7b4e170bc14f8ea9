import type { ClientAddress } from "../client_address.ts";
import type { RuntimeHost } from "../host.ts";
import { errorRecord, messageRecord } from "../log.ts";
import { configAnswer } from "./config_answer.ts";
import { mailToLog } from "./mail.ts";
import type { AuthService } from "./service.ts";
import { findSession, type Session } from "./session.ts";
import { createSessionTokens } from "./session_tokens.ts";
import type { AuthSettings } from "./settings.ts";

/** Everything that the request handler asks about who is signed in. */
export interface AuthGate {
  session(headers: Headers): Promise<Session | null>;
  /** Answers a request below `/api/_es/auth`. */
  handle(request: Request, client: ClientAddress): Promise<Response>;
  /** `set-cookie` values that prolong a session that is due; empty when that fails. */
  refresh(request: Request, client: ClientAddress): Promise<string[]>;
}

/** The auth service of one deployment. better-auth is loaded when the first request needs it. */
export function createAuthGate(host: RuntimeHost, settings: AuthSettings): AuthGate {
  const tokens = createSessionTokens(host.authSecret);
  let loading: Promise<AuthService> | null = null;
  const service = () => loading ??= load(host, settings);
  return {
    session: (headers) => findSession(host.systemDb, tokens, settings, headers),
    async handle(request, client) {
      const { pathname } = new URL(request.url);
      if (pathname === "/api/_es/auth/config" && request.method === "GET") {
        return configAnswer(settings);
      }
      return await (await service()).handle(await forService(request, client));
    },
    async refresh(request, client) {
      try {
        return await (await service()).refresh(
          await forService(new Request(request.url, { headers: request.headers }), client),
        );
      } catch (error) {
        host.log(errorRecord("A session could not be prolonged", error));
        return [];
      }
    },
  };
}

async function load(host: RuntimeHost, settings: AuthSettings): Promise<AuthService> {
  const { createAuthService } = await import("./service.ts");
  return createAuthService({
    db: host.systemDb,
    secret: host.authSecret,
    settings,
    origins: host.origins,
    limitRates: host.environment === "production",
    sendMail: mailToLog((message) => host.log(messageRecord("system", message))),
    log: (level, message) => host.log(messageRecord(level, `[auth] ${message}`)),
  });
}

/** The request as the service must see it: under the client's origin and with the client's address. */
async function forService(request: Request, client: ClientAddress): Promise<Request> {
  const { CLIENT_IP_HEADER } = await import("./service.ts");
  const url = new URL(request.url);
  const copy = new Request(`${client.origin}${url.pathname}${url.search}`, request);
  copy.headers.set(CLIENT_IP_HEADER, client.ip);
  return copy;
}
