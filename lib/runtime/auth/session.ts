import type { D1Binding } from "../d1.ts";
import type { User } from "../user.ts";
import type { AuthSettings } from "./settings.ts";
import { SESSION_COOKIE, type SessionTokens } from "./session_tokens.ts";

/** A valid session. */
export interface Session {
  user: User;
  /** Old enough to be prolonged, by the auth service's own rules. */
  refreshDue: boolean;
}

const WEEK = 7 * 24 * 3600;
const DAY = 24 * 3600;

const SQL = `SELECT s.expires_at, u.id, u.email, u.name, u.image, u.email_verified, u.is_anonymous,
  u.created_at, u.banned, u.ban_expires
  FROM es_system__auth_session s JOIN es_system__auth_user u ON u.id = s.user_id WHERE s.token = ?`;

type Row = [
  expiresAt: number,
  id: string,
  email: string | null,
  name: string | null,
  image: string | null,
  emailVerified: number,
  isAnonymous: number | null,
  createdAt: number,
  banned: number | null,
  banExpires: number | null,
];

/**
 * Finds the session that a request carries: the signature of its token, then one row by the token's
 * unique index. The auth service is not asked, so that requests do not wait for it to load.
 *
 * @param db a binding without the SQL guard.
 * @returns null without a token, with a forged, unknown or expired one, or when the user is banned.
 */
export async function findSession(
  db: D1Binding,
  tokens: SessionTokens,
  settings: AuthSettings,
  headers: Headers,
): Promise<Session | null> {
  const token = await tokens.read(headers);
  if (token === null) return null;
  const [row] = await db.prepare(SQL).bind(token).raw<Row>();
  if (!row) return null;
  const [
    expiresAt,
    id,
    email,
    name,
    image,
    emailVerified,
    isAnonymous,
    createdAt,
    banned,
    banExpires,
  ] = row;
  const now = Date.now();
  if (expiresAt <= now) return null;
  if (banned && (banExpires === null || banExpires > now)) return null;
  return {
    user: Object.freeze({
      id,
      email,
      name,
      image,
      emailVerified: Boolean(emailVerified),
      isAnonymous: Boolean(isAnonymous),
      createdAt: new Date(createdAt),
    }),
    refreshDue: refreshDue(settings, expiresAt, headers, now),
  };
}

/** The rule of better-auth: a session is prolonged once `updateAge` has passed since it was last. */
function refreshDue(
  settings: AuthSettings,
  expiresAt: number,
  headers: Headers,
  now: number,
): boolean {
  const { expiresIn = WEEK, updateAge = DAY, disableSessionRefresh = false } = settings.session;
  if (disableSessionRefresh) return false;
  // "Do not remember me" sessions keep their end.
  if (headers.get("cookie")?.includes(SESSION_COOKIE.replace("session_token", "dont_remember"))) {
    return false;
  }
  return expiresAt - expiresIn * 1000 + updateAge * 1000 <= now;
}
