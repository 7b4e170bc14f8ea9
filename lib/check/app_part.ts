import { buildApp } from "../deploy/build_app.ts";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";

/**
 * What a deploy would refuse of the app itself: its routes, and what it does while it is loaded. An app
 * that cannot be bundled (its packages may not be installed here) is not looked at, and that is told.
 */
export async function appPart(system: System, project: Project): Promise<Finding[]> {
  const { bundle, findings } = await buildApp(system, project);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (bundle !== null || errors.length === 0) return errors;
  const { file, line, message, fix } = errors[0]!;
  return [{
    code: "APP_NOT_CHECKED",
    severity: "info",
    file,
    line,
    message: `The app cannot be bundled, so its routes were not checked: ${message}`,
    fix,
  }];
}

/** Without what another part says of the same file: a definition that throws stops the app too. */
export function besides(app: Finding[], told: Finding[]): Finding[] {
  const files = new Set(
    told.filter(({ severity }) => severity === "error").map(({ file }) => file),
  );
  return app.filter(({ code, file }) => code.startsWith("ROUTE_") || !files.has(file));
}
