import type { AppBundle } from "../bundle/app_bundle.ts";
import type { Finding } from "../finding.ts";
import type { Deployment } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { failureFindings } from "./failure_findings.ts";

/** The server part, built and looked at. */
export interface BuiltApp {
  /** Null: it could not be bundled. */
  bundle: Pick<AppBundle, "code" | "sourceMap" | "bytes" | "digest" | "inputs"> | null;
  routes: Deployment["routes"];
  findings: Finding[];
}

/** Bundles the app and reads its routes in the sandbox. What goes wrong is a finding. */
export async function buildApp(system: System, project: Project): Promise<BuiltApp> {
  const [{ bundleApp }, { analyseRoutes, openRoutesBox }] = await Promise.all([
    import("../bundle/app_bundle.ts"),
    import("../bundle/routes.ts"),
  ]);
  const box = openRoutesBox(system);
  try {
    const bundle = await bundleApp(system, project);
    const findings = bundle.warnings.map((message): Finding => ({
      code: "BUNDLE_WARNING",
      severity: "warning",
      file: null,
      line: null,
      message,
      fix: null,
    }));
    try {
      const { routes, startup } = await analyseRoutes(system, bundle, box);
      const outside = routes.filter(({ access }) => access === null);
      return {
        bundle,
        routes: routes.flatMap(insideApi),
        findings: [
          ...findings,
          ...slowStart(startup, bundle.entry),
          ...outside.map((route) => outsideApi(route, bundle.entry)),
        ],
      };
    } catch (error) {
      return { bundle, routes: [], findings: [...findings, ...failureFindings(error)] };
    }
  } catch (error) {
    return { bundle: null, routes: [], findings: failureFindings(error) };
  } finally {
    await box.close();
  }
}

/** What Workers allow the top level of a bundle to compute, ms (their limit for start-up). */
const WORKERS_STARTUP = 1_000;
/** With more the requests that run meanwhile would wait too long: the new code loads beside them, ms. */
const STARTUP = 3_000;

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

function insideApi(
  { method, path, access }: {
    method: string;
    path: string;
    access: Deployment["routes"][number]["access"] | null;
  },
) {
  return access === null ? [] : [{ method, path, access }];
}

function outsideApi({ method, path }: { method: string; path: string }, file: string): Finding {
  return {
    code: "ROUTE_OUTSIDE_API",
    severity: "error",
    file,
    line: null,
    message: `The route \`${method} ${path}\` is not under \`/api\``,
    fix:
      `Move it to \`/api${path}\` (login required), \`/api/public${path}\` or \`/api/webhooks${path}\``,
  };
}
