import type { BundlePart } from "../bundle/parts.ts";
import type { Finding } from "../finding.ts";
import type { Deployment, Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { buildWeb, type WebBuild } from "../tools/npm.ts";
import { typeCheck } from "../tools/tsc.ts";
import { buildApp } from "./build_app.ts";
import { type DeployChanges, deployChanges } from "./changes.ts";
import { failureFindings } from "./failure_findings.ts";
import { preflight } from "./preflight.ts";
import { listAssets } from "./web_assets.ts";

/** How a deploy is to go. */
export interface DeployOptions {
  /** Check and build everything, activate nothing. */
  dryRun: boolean;
  skipWeb: boolean;
  /** A type check that cannot be run is an error. */
  requireTypecheck: boolean;
  /** Told what begins. */
  onStep(text: string): void;
}

/** How many of the largest parts of a bundle are named. */
const LARGEST = 10;

/** What `deploy` answers. The names are a contract with scripts. */
export interface DeployResult {
  routes: Deployment["routes"];
  findings: Finding[];
  /** Null: the app could not be bundled. */
  bundle: { bytes: number; digest: string; largest: BundlePart[] } | null;
  /** Against what is active before this deploy. */
  changes: DeployChanges;
  /** Null: nothing was activated. */
  deploymentId: string | null;
  url: string | null;
  dryRun: boolean;
  /** At least one finding is an error. */
  blocked: boolean;
  /** This very content ran before. */
  unchanged: boolean;
}

/**
 * Checks, builds and activates the app. Everything that can be found is found, also when something
 * blocks; then nothing is activated and the app runs on as it was.
 *
 * @throws Failure DEPLOYMENT_FAILED (failed) when the app does not start; LOCKED, PORT_TAKEN (conflict).
 */
export async function deploy(
  system: System,
  project: Project,
  platform: Platform,
  options: DeployOptions,
): Promise<DeployResult> {
  options.onStep(
    project.web && !options.skipWeb
      ? "Checking, bundling and building the web part"
      : "Checking and bundling",
  );
  const [checks, types, app, web, active, parts] = await Promise.all([
    preflight(system, project, platform),
    typeCheck(system, project, { required: options.requireTypecheck }).catch(failureFindings),
    buildApp(system, project),
    buildAssets(system, project, options.skipWeb),
    platform.deployments.list().then((all) => all.find(({ active }) => active) ?? null),
    import("../bundle/parts.ts"),
  ]);
  const findings = inOrder(unique([...checks, ...types, ...app.findings, ...web.findings]));
  const blocked = findings.some(({ severity }) => severity === "error");
  const result: DeployResult = {
    routes: app.routes,
    findings,
    bundle: app.bundle && {
      bytes: app.bundle.bytes,
      digest: app.bundle.digest,
      largest: parts.bundleParts(app.bundle.inputs).slice(0, LARGEST),
    },
    changes: deployChanges(active, { routes: app.routes, bytes: app.bundle?.bytes ?? null }),
    deploymentId: null,
    url: null,
    dryRun: options.dryRun,
    blocked,
    unchanged: false,
  };
  const { bundle } = app;
  if (blocked || options.dryRun || bundle === null) return result;
  options.onStep("Activating");
  return await withLock(system, project, "deploy", async () => {
    const migrations = (await platform.database.ledger()).flatMap(({ tag }) => tag ?? []);
    const { deployment, url, switched } = await platform.deployments.deploy({
      bundle: bundle.code,
      sourceMap: bundle.sourceMap,
      assets: web.assets,
      routes: app.routes,
      migrations,
    });
    return { ...result, deploymentId: deployment.id, url, unchanged: !switched };
  });
}

async function buildAssets(
  system: System,
  project: Project,
  skip: boolean,
): Promise<{ assets: Map<string, string> | null; findings: Finding[] }> {
  const { output, findings } = await buildWeb(system, project, { skip })
    .catch((error): WebBuild => ({ output: null, findings: failureFindings(error) }));
  if (output === null) return { assets: null, findings };
  const listed = await listAssets(system, output);
  return { assets: listed.assets, findings: [...findings, ...listed.findings] };
}

const RANK = { error: 0, warning: 1, info: 2 };

function inOrder(findings: Finding[]): Finding[] {
  return findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** Two checks may trip over the same file. */
function unique(findings: Finding[]): Finding[] {
  return [
    ...new Map(
      findings.map((
        finding,
      ) => [JSON.stringify([finding.code, finding.file, finding.line, finding.message]), finding]),
    ).values(),
  ];
}
