/**
 * Who answers a path (contract sections 1 and 6.4).
 *
 * `login`: the app, after a session was found. `public`: the app, with or without one. `webhook`: the
 * app, nobody looks for one. `auth`, `storage`, `health`: the platform. `reserved`: nobody. `asset`:
 * the web build. `ambiguous`: nobody, because the answer would depend on who decodes the path.
 */
export type PathKind =
  | "login"
  | "public"
  | "webhook"
  | "auth"
  | "storage"
  | "health"
  | "reserved"
  | "asset"
  | "ambiguous";

const PLATFORM: [string, PathKind][] = [
  ["/api/_es/auth", "auth"],
  ["/api/_es/storage", "storage"],
  ["/api/_es/health", "health"],
];

/**
 * Says who answers a path.
 *
 * A router may decode percent signs before it matches (Hono does), so a path whose decoded form
 * belongs to somebody else is `ambiguous`: nothing may reach a protected route under another name.
 *
 * @param pathname of a parsed URL, thus without dot segments and backslashes.
 */
export function pathKind(pathname: string): PathKind {
  const kind = plainKind(pathname);
  if (!pathname.includes("%")) return kind;
  return plainKind(decoded(pathname)) === kind ? kind : "ambiguous";
}

function plainKind(path: string): PathKind {
  if (path !== "/api" && !path.startsWith("/api/")) return "asset";
  if (path.startsWith("/api/public/")) return "public";
  if (path.startsWith("/api/webhooks/")) return "webhook";
  if (path !== "/api/_es" && !path.startsWith("/api/_es/")) return "login";
  const platform = PLATFORM.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
  return platform ? platform[1] : "reserved";
}

/** As far as it can be decoded: a router goes on after a sequence that means nothing. */
function decoded(path: string): string {
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const whole = decode(path);
  return whole === path ? path.replace(/(?:%[0-9a-f]{2})+/gi, decode) : whole;
}
