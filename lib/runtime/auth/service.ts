import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { anonymous } from "better-auth/plugins/anonymous";
import { bearer } from "better-auth/plugins/bearer";
import { emailOTP } from "better-auth/plugins/email-otp";
import { eq, inArray } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { CLIENT_IP_HEADER } from "../client_address.ts";
import type { D1Binding } from "../d1.ts";
import { authError } from "./auth_answers.ts";
import { carryToken } from "./carry_token.ts";
import { keepingGuests, upgradingGuest } from "./guest_upgrade.ts";
import type { SendMail } from "./mail.ts";
import { anonymousAllowed, AUTH_PATH } from "./routes.ts";
import type { AuthSettings } from "./settings.ts";
import { socialOrigins, socialProviders } from "./social.ts";
import { account, session, user, verification } from "./tables.ts";

export interface AuthService {
  /**
   * Answers a request below AUTH_PATH.
   *
   * @param guestId the guest whose account a new one takes over; null: nobody's.
   */
  handle(request: Request, guestId: string | null): Promise<Response>;
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
  sendMail: SendMail;
  log(level: "info" | "warn" | "error", message: string): void;
}

/** How long a mailed code holds, and how many wrong guesses end it. */
const CODE_SECONDS = 300;
const CODE_ATTEMPTS = 3;

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
    database: keepingGuests(drizzleAdapter(db, {
      provider: "sqlite",
      schema: { user, session, account, verification },
    })),
    emailAndPassword: {
      enabled: emailPassword.enabled,
      disableSignUp: settings.disableSignUp,
      minPasswordLength: emailPassword.minPasswordLength ?? 8,
      requireEmailVerification: emailPassword.requireEmailVerification ?? false,
      revokeSessionsOnPasswordReset: emailPassword.revokeSessionsOnPasswordReset ?? false,
      // deno-lint-ignore require-await -- better-auth wants a promise
      sendResetPassword: async ({ user, url }) =>
        sendMail({ kind: "reset-password", to: user.email, content: url }),
    },
    emailVerification: {
      // Whoever opens the link has the mailbox; a second opening signs nobody in.
      autoSignInAfterVerification: true,
      // deno-lint-ignore require-await -- better-auth wants a promise
      sendVerificationEmail: async ({ user, url }) =>
        sendMail({ kind: "verify-email", to: user.email, content: url }),
    },
    socialProviders: socialProviders(settings),
    session: withoutUndefined(settings.session),
    plugins: [
      bearer(),
      emailOTP({
        disableSignUp: true,
        otpLength: 6,
        expiresIn: CODE_SECONDS,
        allowedAttempts: CODE_ATTEMPTS,
        storeOTP: "encrypted",
        // deno-lint-ignore require-await -- better-auth wants a promise
        sendVerificationOTP: async ({ email, otp }) =>
          sendMail({ kind: "reset-code", to: email, content: otp }),
      }),
      ...(anonymousAllowed(settings) ? [anonymous()] : []),
    ],
    databaseHooks: {
      user: {
        // deno-lint-ignore require-await -- better-auth wants a promise
        create: { before: async () => settings.disableSignUp ? false : undefined },
      },
      session: {
        create: {
          before: ({ userId }) => notBanned(db, userId),
          after: async ({ userId }) => {
            await db.update(user).set({ lastLoginAt: new Date() }).where(eq(user.id, userId));
          },
        },
      },
    },
    trustedOrigins: (request) => [
      ...ownOrigins(request),
      ...options.origins,
      ...socialOrigins(settings),
    ],
    advanced: {
      // The contract's cookie has no `__Secure-` prefix; the attribute follows the app's own origin.
      useSecureCookies: false,
      defaultCookieAttributes: { secure },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    // Its counters live in memory; limits.ts counts instead.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      disableColors: true,
      log: (level, message, ...details) => {
        // On purpose: an app answers at more than one address, and each request says its own.
        const said = [message, ...details].map(text).join(" ");
        if (!said.includes("Base URL is not set")) {
          options.log(level === "debug" ? "info" : level, said);
        }
      },
    },
  });

  return {
    async handle(request, guestId) {
      const response = await upgradingGuest(guestId, () => auth.handler(request), async (ids) => {
        await db.delete(session).where(inArray(session.id, ids));
      });
      // better-auth answers what it did not expect with an empty body.
      if (response.status >= 500 && response.body === null) {
        return authError(response.status, "INTERNAL_ERROR", "Something went wrong");
      }
      return carryToken(request, response, options.origins);
    },
    async refresh(request) {
      const url = new URL(`${AUTH_PATH}/get-session`, request.url);
      const answer = await auth.handler(new Request(url, { headers: request.headers }));
      await answer.body?.cancel();
      return answer.headers.getSetCookie();
    },
  };
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
