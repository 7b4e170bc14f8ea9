import type { D1Binding } from "../d1.ts";
import type { LimitName } from "./routes.ts";

/** How often one client may ask within a window of this many seconds. */
export const LIMITS: Record<LimitName, { max: number; seconds: number }> = {
  signIn: { max: 20, seconds: 60 },
  signUp: { max: 20, seconds: 60 },
  mail: { max: 5, seconds: 60 },
  code: { max: 10, seconds: 60 },
};

/** Counts requests of the auth service. */
export interface RateLimiter {
  /** Counts one; the seconds that the client must wait, or null when it may go on. */
  take(name: LimitName, ip: string): Promise<number | null>;
}

/**
 * One statement counts and starts a new window when the old one has passed. The rows stand among the
 * auth service's short-lived values, for which the contract has a table: counters hold across restarts
 * and deployments, and no number of clients can fill the memory and so push a counter out.
 */
const TAKE = `INSERT INTO es_system__auth_verification
  (id, identifier, value, expires_at, created_at, updated_at) VALUES (?1, 'rate-limit', '1', ?2, ?3, ?3)
  ON CONFLICT (id) DO UPDATE SET
    value = CASE WHEN expires_at <= ?3 THEN '1' ELSE CAST(CAST(value AS INTEGER) + 1 AS TEXT) END,
    expires_at = CASE WHEN expires_at <= ?3 THEN ?2 ELSE expires_at END,
    updated_at = ?3
  RETURNING CAST(value AS INTEGER), expires_at`;

const SWEEP =
  "DELETE FROM es_system__auth_verification WHERE identifier = 'rate-limit' AND expires_at <= ?";

/** How many refused clients are remembered, so that a flood of them does not write. */
const REFUSED = 1000;

/** @param db a binding without the SQL guard. */
export function createRateLimiter(db: D1Binding, now: () => number = Date.now): RateLimiter {
  const refused = new Map<string, number>();
  return {
    async take(name, ip) {
      const { max, seconds } = LIMITS[name];
      const key = `rate-limit:${name}:${clientGroup(ip)}`;
      const time = now();
      const known = refused.get(key);
      if (known !== undefined && known > time) return secondsUntil(known, time);
      refused.delete(key);
      const [row] = await db.prepare(TAKE).bind(key, time + seconds * 1000, time)
        .raw<[count: number, end: number]>();
      const [count, end] = row!;
      if (count === 1) await db.prepare(SWEEP).bind(time).run();
      if (count <= max) return null;
      if (refused.size >= REFUSED) refused.clear();
      refused.set(key, end);
      return secondsUntil(end, time);
    },
  };
}

function secondsUntil(end: number, time: number): number {
  return Math.max(1, Math.ceil((end - time) / 1000));
}

/**
 * Whom an address stands for: an IPv4 address for itself, an IPv6 one for its network of 64 bits, which
 * is the least that one client is given (RFC 6177).
 */
export function clientGroup(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped) return mapped[1]!;
  if (!ip.includes(":")) return ip;
  const [head = "", tail] = ip.split("%")[0]!.toLowerCase().split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array<string>(zeros).fill("0"), ...back];
  return `${groups.slice(0, 4).map((it) => parseInt(it, 16).toString(16)).join(":")}::/64`;
}
