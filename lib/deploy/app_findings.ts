import { isReserved } from "../bundle/classify.ts";
import type { AppRoute, AppShape, OutsideHandler } from "../bundle/routes.ts";
import type { Finding } from "../finding.ts";
import type { Deployment } from "../platform/platform.ts";

/** What Workers allow the top level of a bundle to compute, ms (their limit for start-up). */
const WORKERS_STARTUP = 1_000;
/** With more the requests that run meanwhile would wait too long: the new code loads beside them, ms. */
const STARTUP = 3_000;

/** The routes that requests reach. */
export function servedRoutes({ routes }: AppShape): Deployment["routes"] {
  return routes.flatMap(({ method, path, access }) =>
    access === null || isReserved(path) ? [] : [{ method, path, access }]
  );
}

/** What is wrong with an app that can be loaded. @param entry the file that speaks for it */
export function appFindings(shape: AppShape, entry: string): Finding[] {
  return [
    // After such a use it was loaded a second time, and the time of both says nothing about one.
    ...shape.outside ? [outsideHandler(shape.outside)] : slowStart(shape.startup, entry),
    ...shape.routes.flatMap((route) => routeFindings(route, entry)),
  ];
}

/** What to do with a use of the SDK at the top level. */
export const MOVE_INTO_HANDLER = "Move it into a handler, or into a function that handlers call";

function outsideHandler({ use, file, line }: OutsideHandler): Finding {
  const name = use.split(".")[0]!;
  return {
    code: "SDK_OUTSIDE_HANDLER",
    severity: "error",
    file,
    line,
    message:
      `\`${use}\` is used at the top level, where no request is handled: the app would not start`,
    fix: `${MOVE_INTO_HANDLER}; importing \`${name}\` and handing it on may stay`,
  };
}

function slowStart(ms: number, file: string): Finding[] {
  if (ms < WORKERS_STARTUP) return [];
  const tooSlow = ms >= STARTUP;
  const seconds = (ms / 1000).toFixed(1);
  return [{
    code: tooSlow ? "STARTUP_TOO_SLOW" : "STARTUP_SLOW",
    severity: tooSlow ? "error" : "warning",
    file,
    line: null,
    message: tooSlow
      ? `Top-level code computes for ${seconds} s, ${
        STARTUP / 1000
      } s are allowed: requests wait while it is loaded`
      : `Top-level code computes for ${seconds} s: requests wait while it is loaded, and Workers refuse more than ${
        WORKERS_STARTUP / 1000
      } s`,
    fix: "Move the work into handlers, or do it once and keep what comes of it in a file",
  }];
}

function routeFindings({ method, path, access }: AppRoute, file: string): Finding[] {
  if (access === null) {
    return [{
      code: "ROUTE_OUTSIDE_API",
      severity: "error",
      file,
      line: null,
      message: `The route \`${method} ${path}\` is not under \`/api\``,
      fix:
        `Move it to \`/api${path}\` (login required), \`/api/public${path}\` or \`/api/webhooks${path}\``,
    }];
  }
  if (!isReserved(path)) return [];
  const rest = path.slice("/api/_es".length) || "/";
  return [{
    code: "ROUTE_RESERVED",
    severity: "error",
    file,
    line: null,
    message:
      `The route \`${method} ${path}\` is never reached: the platform itself answers below \`/api/_es\``,
    fix: `Move it, for example to \`/api${rest}\` (login required) or \`/api/public${rest}\``,
  }];
}
