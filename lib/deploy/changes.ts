import type { Deployment } from "../platform/platform.ts";

type Route = Deployment["routes"][number];

/** One route that is not as it was. */
export interface RouteChange {
  /** `moved`: the same route under another prefix, which changes who gets to it. */
  change: "added" | "removed" | "moved";
  method: string;
  path: string;
  access: Route["access"];
  /** How it was; null when it was added. */
  before: { path: string; access: Route["access"] } | null;
}

/** What a deploy changes, against what is active now. */
export interface DeployChanges {
  /** The active deployment; null: there is none. */
  against: string | null;
  routes: RouteChange[];
  /** Bytes of the bundle; null: there is none. */
  bundleBytes: { before: number | null; after: number | null };
}

/** Compares a built app with the active deployment. */
export function deployChanges(
  active: Pick<Deployment, "id" | "routes" | "bundleBytes"> | null,
  built: { routes: Route[]; bytes: number | null },
): DeployChanges {
  return {
    against: active?.id ?? null,
    routes: active === null ? [] : routeChanges(active.routes, built.routes),
    bundleBytes: { before: active?.bundleBytes ?? null, after: built.bytes },
  };
}

function routeChanges(before: Route[], after: Route[]): RouteChange[] {
  const added = missingIn(before, after);
  const removed = missingIn(after, before);
  const changes: RouteChange[] = [];
  for (const route of added) {
    const at = removed.findIndex((old) =>
      old.method === route.method && old.access !== route.access &&
      belowPrefix(old.path) === belowPrefix(route.path)
    );
    const old = at < 0 ? null : removed.splice(at, 1)[0]!;
    changes.push({
      change: old ? "moved" : "added",
      ...route,
      before: old && { path: old.path, access: old.access },
    });
  }
  for (const route of removed) {
    const { path, access } = route;
    changes.push({ change: "removed", ...route, before: { path, access } });
  }
  return changes;
}

function missingIn(these: Route[], all: Route[]): Route[] {
  const known = new Set(these.map(({ method, path }) => `${method} ${path}`));
  return all.filter(({ method, path }) => !known.has(`${method} ${path}`));
}

/** A path without the part that decides who gets to it. */
function belowPrefix(path: string): string {
  return path.replace(/^\/api(\/public|\/webhooks)?(?=\/)/, "");
}
