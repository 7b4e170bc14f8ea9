import type { AppBundle } from "../bundle/app_bundle.ts";
import type { Finding } from "../finding.ts";
import type { Deployment } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { appFindings, servedRoutes } from "./app_findings.ts";
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
      const shape = await analyseRoutes(system, bundle, box);
      return {
        bundle,
        routes: servedRoutes(shape),
        findings: [...findings, ...appFindings(shape, bundle.entry)],
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
