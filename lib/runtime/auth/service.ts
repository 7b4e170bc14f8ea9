import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { anonymous } from "better-auth/plugins/anonymous";
import { bearer } from "better-auth/plugins/bearer";
import { emailOTP } from "better-auth/plugins/email-otp";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { D1Binding } from "../d1.ts";
import type { SendMail } from "./mail.ts";
import type { AuthSettings } from "./settings.ts";
import { account, session, user, verification } from "./tables.ts";

/** Everything below this path belongs to the auth service. */
export const AUTH_PATH = "/api/_es/auth";

/** The request header in which the platform tells the service the client's address. */
export const CLIENT_IP_HEADER = "x-edgespark-client-ip";

export interface AuthService {
  /** Answers a request below AUTH_PATH. */
  handle(request: Request): Promise<Response>;
  /** Prolongs the session of a request that is due; the `set-cookie` values for its response. */
  refresh(request: Request): Promise<string[]>;
}

export interface AuthServiceOptions {
  /** A binding without the SQL guard. */
  db: D1Binding;
  /** At least 32 characters. */
  secret: string;
  settings: AuthSettings;
  /** Origins that are trusted besides the request's own host. */
  origins: string[];
  /** Whether sign-in, sign-up and mails are limited per client. */
  limitRates: boolean;
  sendMail: SendMail;
  log(level: "info" | "warn" | "error", message: string): void;
}

/** Builds the auth service on better-auth with the contract's tables. Heavy: import it lazily. */
export function createAuthService(options: AuthServiceOptions): AuthService {
  const { settings, sendMail } = options;
  const { emailPassword } = settings;
  const db = drizzle(options.db as unknown as Parameters<typeof drizzle>[0]);
  const secure = options.origins.length > 0 &&
    options.origins.every((it) => it.startsWith("https:"));
  const auth = betterAuth({
    basePath: AUTH_PATH,
    secret: options.secret,
    database: drizzleAdapter(db, {
      provider: "sqlite",
      schema: { user, session, account, verification },
    }),
    emailAndPassword: {
      enabled: emailPassword.enabled,
      disableSignUp: settings.disableSignUp,
      minPasswordLength: emailPassword.minPasswordLength ?? 8,
      requireEmailVerification: emailPassword.requireEmailVerification ?? false,
      revokeSessionsOnPasswordReset: emailPassword.revokeSessionsOnPasswordReset ?? false,
      sendResetPassword: ({ user, url }) =>
        send({ kind: "reset-password", to: user.email, content: url }),
    },
    emailVerification: {
      sendVerificationEmail: ({ user, url }) =>
        send({ kind: "verify-email", to: user.email, content: url }),
    },
    socialProviders: socialProviders(settings),
    session: withoutUndefined(settings.session),
    plugins: plugins(settings, sendMail),
    databaseHooks: {
      session: {
        create: {
          before: ({ userId }) => notBanned(db, userId),
          after: async ({ userId }) => {
            await db.update(user).set({ lastLoginAt: new Date() }).where(eq(user.id, userId));
          },
        },
      },
    },
    trustedOrigins: (request) => [...ownOrigins(request), ...options.origins],
    advanced: {
      // The contract's cookie has no `__Secure-` prefix; the attribute follows the app's own origin.
      useSecureCookies: false,
      defaultCookieAttributes: { secure },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    rateLimit: {
      enabled: options.limitRates,
      customRules: {
        "/sign-in/*": { window: 60, max: 20 },
        "/sign-up/*": { window: 60, max: 20 },
      },
    },
    telemetry: { enabled: false },
    logger: {
      disableColors: true,
      log: (level, message, ...details) => {
        options.log(level === "debug" ? "info" : level, [message, ...details.map(text)].join(" "));
      },
    },
  });

  // deno-lint-ignore require-await -- better-auth wants a promise
  async function send(mail: Parameters<SendMail>[0]): Promise<void> {
    sendMail(mail);
  }

  return {
    handle: (request) => auth.handler(request),
    async refresh(request) {
      const url = new URL(`${AUTH_PATH}/get-session`, request.url);
      const answer = await auth.handler(new Request(url, { headers: request.headers }));
      await answer.body?.cancel();
      return answer.headers.getSetCookie();
    },
  };
}

function plugins(settings: AuthSettings, sendMail: SendMail) {
  const common = [
    bearer(),
    emailOTP({
      disableSignUp: true,
      sendVerificationOTP: ({ email, otp }) =>
        Promise.resolve(sendMail({ kind: "code", to: email, content: otp })),
    }),
  ];
  // A closed app takes no temporary accounts either.
  return settings.enableAnonymous && !settings.disableSignUp ? [...common, anonymous()] : common;
}

function socialProviders(settings: AuthSettings): Record<string, object> {
  return Object.fromEntries(
    Object.entries(settings.social).map(([name, provider]) => [
      name,
      withoutUndefined({ ...provider, disableSignUp: settings.disableSignUp || undefined }),
    ]),
  );
}

async function notBanned(db: ReturnType<typeof drizzle>, userId: string): Promise<boolean> {
  const [row] = await db.select({ banned: user.banned, until: user.banExpires }).from(user)
    .where(eq(user.id, userId));
  return !row?.banned || (row.until !== null && row.until.getTime() <= Date.now());
}

/** The app's own origin: the host that was called. A proxy in front may speak TLS for it. */
function ownOrigins(request: Request | undefined): string[] {
  if (!request) return [];
  const { host } = new URL(request.url);
  return [`http://${host}`, `https://${host}`];
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

function text(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : String(value);
}
