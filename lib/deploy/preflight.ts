import { join, relative } from "@std/path";
import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { staleFinding } from "../generated/stale_finding.ts";
import { failureFindings } from "./failure_findings.ts";

type Check = (system: System, project: Project, platform: Platform) => Promise<Finding[]>;

/** In the order in which they are reported (decision 12). */
const CHECKS: Check[] = [
  checkBarrel,
  checkGenerated,
  checkRuntimeKeys,
  checkMigrations,
  checkStorage,
  checkAuth,
];

/**
 * Compares what the project declares with what the platform has. Everything is reported, not only the
 * first problem; nothing is mended.
 */
export async function preflight(
  system: System,
  project: Project,
  platform: Platform,
): Promise<Finding[]> {
  const found = await Promise.all(
    CHECKS.map((check) => check(system, project, platform).catch(failureFindings)),
  );
  return found.flat();
}

async function checkBarrel(system: System, project: Project): Promise<Finding[]> {
  const barrel = join(project.defs, "index.ts");
  if (await system.files.info(barrel)) return [];
  const file = nameOf(project, barrel);
  return [
    error(
      "BARREL_MISSING",
      file,
      `There is no \`${file}\``,
      `Add it: it re-exports everything that stands in \`${nameOf(project, project.defs)}\``,
    ),
  ];
}

async function checkGenerated(system: System, project: Project): Promise<Finding[]> {
  const { planGenerated } = await import("../generated/generated.ts");
  const { files } = await planGenerated(system, project, "all");
  return files.filter(({ state }) => state !== "same")
    .map((file) => staleFinding(file, "edgespark pull"));
}

async function checkRuntimeKeys(
  system: System,
  project: Project,
  platform: Platform,
): Promise<Finding[]> {
  const { readRuntimeKeys } = await import("../declare/runtime_keys.ts");
  const keys = await readRuntimeKeys(system, project);
  const file = nameOf(project, join(project.defs, "runtime.ts"));
  const vars = new Set((await platform.vars.list()).map(({ key }) => key));
  const secrets = new Set(
    (await platform.secrets.list()).filter(({ state }) => state === "set").map(({ key }) => key),
  );
  return [
    ...keys.vars.filter((key) => !vars.has(key))
      .map((key) =>
        error(
          "VAR_UNSET",
          file,
          `The var \`${key}\` is declared and not set`,
          `Run \`edgespark var set ${key}=<value>\``,
        )
      ),
    ...keys.secrets.filter((key) => !secrets.has(key))
      .map((key) =>
        error(
          "SECRET_UNSET",
          file,
          `The secret \`${key}\` is declared and not set`,
          `Run \`edgespark secret set ${key}\``,
        )
      ),
  ];
}

async function checkMigrations(
  system: System,
  project: Project,
  platform: Platform,
): Promise<Finding[]> {
  const { migrationReadiness } = await import("../schema/readiness.ts");
  return await migrationReadiness(system, project, platform);
}

async function checkStorage(
  system: System,
  project: Project,
  platform: Platform,
): Promise<Finding[]> {
  const [{ readBuckets }, { planBuckets }, { changesOf }] = await Promise.all([
    import("../project/buckets.ts"),
    import("../declare/buckets.ts"),
    import("../declare/plan.ts"),
  ]);
  const [declared, applied] = await Promise.all([
    readBuckets(system, project),
    platform.buckets.list(),
  ]);
  const { plan } = await planBuckets(declared, applied, new Map());
  const file = nameOf(project, join(project.defs, "storage_schema.ts"));
  return changesOf(plan).map(({ action, name }) =>
    warning(
      "STORAGE_DRIFT",
      file,
      `The bucket \`${name}\` is not as declared (${action})`,
      "Run `edgespark storage apply`",
    )
  );
}

async function checkAuth(system: System, project: Project, platform: Platform): Promise<Finding[]> {
  const [{ readAuthFile, authFileName }, { currentAuthConfig }, { planAuth }, { changesOf }] =
    await Promise.all([
      import("../declare/auth_file.ts"),
      import("../declare/auth.ts"),
      import("../declare/plan_auth.ts"),
      import("../declare/plan.ts"),
    ]);
  const file = await readAuthFile(system, project);
  if (!file) return [];
  const { plan } = await planAuth(file.config, await currentAuthConfig(platform));
  return changesOf(plan).map(({ action, name }) =>
    warning(
      "AUTH_DRIFT",
      authFileName(project),
      `\`${name}\` is not as declared (${action})`,
      "Run `edgespark auth apply`",
    )
  );
}

/** How messages name a path: relative to the root, with forward slashes. */
function nameOf(project: Project, path: string): string {
  return relative(project.root, path).replaceAll("\\", "/");
}

function error(code: string, file: string, message: string, fix: string): Finding {
  return { code, severity: "error", file, line: null, message, fix };
}

function warning(code: string, file: string, message: string, fix: string): Finding {
  return { code, severity: "warning", file, line: null, message, fix };
}
