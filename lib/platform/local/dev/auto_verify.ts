import http from "node:http";
import type { LogRecord } from "../../platform.ts";
import { type Backend, readBody } from "./proxy.ts";

/** How the auth service's mails stand in the log (lib/runtime/auth/mail.ts). */
const MAIL = /^\[auth mail\] to (\S+): ([^:]+): (\S+)$/;
/** Log records are on their way for a moment, ms. */
const PATIENCE = 3_000;
/** The largest body of a request for it, bytes. */
const LIMIT = 4 * 1024;

/**
 * `/api/_es/dev/auto-verify` (contract section 11): opens the link of the last mail that verifies an
 * address, as its reader would, and hands on the cookies of the answer. It lives in the process of `dev`,
 * which alone hears of mails, so no other environment can have it.
 */
export class AutoVerify {
  readonly #links = new Map<string, string>();
  readonly #waiting = new Set<() => void>();

  /** Takes note of a mail; other records are passed over. */
  hear({ level, message }: LogRecord): void {
    const mail = level === "system" ? MAIL.exec(message ?? "") : null;
    if (!mail || !/verif/.test(mail[2]!)) return;
    const to = mail[1]!.toLowerCase();
    this.#links.delete(to);
    this.#links.set(to, mail[3]!);
    for (const wake of this.#waiting) wake();
  }

  /**
   * GET or POST, the address in `?email=` or in `{ "email" }`; without one the last mail counts.
   * 200 `{ verified: true, email }`, 404 NO_MAIL, or the auth service's own refusal.
   */
  async answer(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    backend: Backend,
  ): Promise<void> {
    const asked = await emailOf(request);
    const found = await this.#find(asked);
    if (!found) {
      const whom = asked === null ? "anybody" : asked;
      return json(response, 404, {
        error: { code: "NO_MAIL", message: `No mail that verifies an address went to ${whom}` },
      });
    }
    const [email, link] = found;
    const { status, cookies } = await open(link, request, backend);
    // The service answers with a redirect to a page of the app.
    const target = status.location
      ? new URL(status.location, link).searchParams.get("error")
      : null;
    if (status.code >= 400 || target) {
      return json(response, 400, {
        error: {
          code: "NOT_VERIFIED",
          message: target ?? `The link was answered with ${status.code}`,
        },
      });
    }
    this.#links.delete(email);
    if (cookies.length > 0) response.setHeader("set-cookie", cookies);
    json(response, 200, { verified: true, email });
  }

  async #find(email: string | null): Promise<[string, string] | null> {
    const look = (): [string, string] | null => {
      if (email === null) return [...this.#links].at(-1) ?? null;
      const link = this.#links.get(email);
      return link === undefined ? null : [email, link];
    };
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline;) {
      const found = look();
      if (found) return found;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, deadline - Date.now());
        this.#waiting.add(wake);
      });
    }
    return look();
  }
}

async function emailOf(request: http.IncomingMessage): Promise<string | null> {
  const query = new URL(request.url ?? "/", "http://localhost").searchParams.get("email");
  if (query) return query.toLowerCase();
  try {
    const { email } = JSON.parse(await readBody(request, LIMIT) ?? "");
    return typeof email === "string" && email !== "" ? email.toLowerCase() : null;
  } catch {
    return null;
  }
}

/** Asks the app for the path of a link, whatever address the link names. */
function open(link: string, { headers }: http.IncomingMessage, { port }: Backend): Promise<
  { status: { code: number; location: string | null }; cookies: string[] }
> {
  const { pathname, search, host } = new URL(link);
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: "127.0.0.1",
      port,
      path: pathname + search,
      headers: { host, ...headers.cookie && { cookie: headers.cookie } },
      setHost: false,
    }, (answer) => {
      answer.resume();
      const location = answer.headers.location ?? null;
      resolve({
        status: { code: answer.statusCode ?? 500, location },
        cookies: answer.headers["set-cookie"] ?? [],
      });
    });
    request.on("error", reject);
    request.end();
  });
}

/** Answers with JSON that no cache may keep. */
export function json(response: http.ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify(value));
}
