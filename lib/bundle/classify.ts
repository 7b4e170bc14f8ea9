/** Who gets to a path (contract section 6.4): `login` only with a session, `public` and `webhook` anyone. */
export type Access = "login" | "public" | "webhook";

/** The class of a route's path; null outside of `/api`, where no request reaches the app. */
export function classify(path: string): Access | null {
  if (path.startsWith("/api/public/")) return "public";
  if (path.startsWith("/api/webhooks/")) return "webhook";
  return path === "/api" || path.startsWith("/api/") ? "login" : null;
}

/** Whether the platform answers this path itself: a route there is never reached. */
export function isReserved(path: string): boolean {
  return path === "/api/_es" || path.startsWith("/api/_es/");
}
