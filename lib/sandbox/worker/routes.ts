type Handler = (...args: unknown[]) => unknown;

interface HonoRoute {
  method: string;
  path: string;
  handler: Handler;
}

/**
 * The routes of the default-exported Hono app and the names of what else the app exports.
 *
 * Hono keeps handlers and middleware in one list. As its own `inspectRoutes` does, a function that
 * takes more than the context counts as middleware; but one that was given for a single method and a
 * path without a wildcard answers requests there, so it stays.
 */
export function readRoutes(exports: Record<string, unknown>) {
  const app = exports.default;
  const exported = Object.keys(exports).filter((name) => exports[name] !== undefined);
  if (app === undefined) return { problem: "no default export", routes: [], exports: exported };
  if (!isHono(app)) return { problem: describe(app), routes: [], exports: exported };
  const seen = new Set<string>();
  const routes = app.routes.flatMap((route) => {
    const { method, path } = route;
    const key = `${method} ${path}`;
    const handler = target(route.handler);
    const isMiddleware = handler.length > 1 && !isMount(handler);
    if (seen.has(key) || (isMiddleware && (method === "ALL" || path.includes("*")))) return [];
    seen.add(key);
    return [{ method, path }];
  });
  return { problem: null, routes, exports: exported };
}

function isHono(value: unknown): value is { routes: HonoRoute[] } {
  return typeof value === "object" && value !== null && "routes" in value &&
    Array.isArray(value.routes) &&
    "fetch" in value && typeof value.fetch === "function";
}

/**
 * Hono hangs a mounted app in as a handler that goes on when there is no response, which looks like
 * middleware; nothing but its text tells it apart.
 */
function isMount(handler: Handler): boolean {
  const text = Function.prototype.toString.call(handler);
  return text.includes("applicationHandler(") && text.includes("replaceRequest");
}

/** A sub-app with an error handler of its own wraps its handlers; the real one hangs on the wrapper. */
function target(handler: Handler): Handler {
  const inner = (handler as unknown as Record<string, unknown>)["__COMPOSED_HANDLER"];
  return typeof inner === "function" ? target(inner as Handler) : handler;
}

function describe(value: unknown): string {
  if (value === null || typeof value !== "object") {
    return value === null ? "null" : `a ${typeof value}`;
  }
  if (typeof (value as { then?: unknown }).then === "function") return "a promise";
  const keys = Object.keys(value).slice(0, 5);
  return keys.length > 0
    ? `an object with ${keys.map((key) => `\`${key}\``).join(", ")}`
    : "an empty object";
}
