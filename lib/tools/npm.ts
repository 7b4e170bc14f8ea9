import { dirname, join } from "@std/path";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";

/** A build may take this long, ms (contract section 12). */
const TIMEOUT = 5 * 60_000;
/** How many of a failed build's last lines are shown. */
const LINES = 20;

/** What became of the web part. */
export interface WebBuild {
  /** The folder with what is to be served; null: nothing. */
  output: string | null;
  findings: Finding[];
}

/**
 * Builds the web part: `npm run build` in `[web].path`, under the runner. It runs the project's own
 * programs, as the build of any web project does. Nothing is installed here.
 *
 * Without npm, or with `skip`, what an earlier build left in `output_path` is used, and said.
 */
export async function buildWeb(
  system: System,
  project: Project,
  options: { skip: boolean },
): Promise<WebBuild> {
  if (!project.web) return { output: null, findings: [] };
  const path = project.config.web!.path;
  const earlier = await system.files.info(project.web.output) ? project.web.output : null;
  if (options.skip) {
    const what = earlier
      ? "what an earlier build left is deployed"
      : "the deployment has no web part";
    const message = `The web build was skipped (\`--skip-web\`): ${what}`;
    return {
      output: earlier,
      findings: [
        finding(
          "WEB_SKIPPED",
          "warning",
          null,
          message,
          "Run `edgespark deploy` without `--skip-web`",
        ),
      ],
    };
  }
  const script = await buildScript(system, project.web.root);
  if (script === "none") {
    // A folder of plain files needs no build.
    if (earlier) return { output: earlier, findings: [] };
    return failed(
      "WEB_OUTPUT_MISSING",
      `\`${path}/package.json\` has no \`build\` script and \`${
        project.config.web!.outputPath
      }\` does not exist`,
      "Add the script, or correct `[web].output_path` in `edgespark.toml`",
    );
  }
  const npm = await system.tools.find("npm");
  if (!npm) {
    if (!earlier) {
      return failed(
        "NPM_MISSING",
        "The web part cannot be built: npm is not on PATH",
        "Install Node with npm, or build it elsewhere, or run `edgespark deploy --skip-web`",
      );
    }
    const message =
      "The web part was not built: npm is not on PATH; what an earlier build left is deployed";
    return {
      output: earlier,
      findings: [
        finding("NPM_MISSING", "warning", null, message, "Install Node with npm to build it"),
      ],
    };
  }
  if (script === "needs packages" && !await hasModules(system, project)) {
    return failed(
      "WEB_NOT_INSTALLED",
      `The packages of \`${path}\` are not installed`,
      `Run \`cd ${path} && npm install\`, or \`edgespark deploy --skip-web\``,
    );
  }
  const result = await system.tools.run({
    program: npm,
    args: ["run", "build"],
    cwd: project.web.root,
    env: { CI: "1" },
    timeout: TIMEOUT,
  });
  if (result.code !== 0) {
    const lines = `${result.stdout}\n${result.stderr}`.trim().split(/\r?\n/).slice(-LINES).join(
      "\n",
    );
    const message = result.timedOut
      ? `The web build took longer than ${TIMEOUT / 1000} s`
      : `The web build failed:\n${lines}`;
    return failed("WEB_BUILD_FAILED", message, `Run \`cd ${path} && npm run build\``);
  }
  if (await system.files.info(project.web.output)) {
    return { output: project.web.output, findings: [] };
  }
  return failed(
    "WEB_OUTPUT_MISSING",
    `The web build wrote nothing to \`${project.config.web!.outputPath}\``,
    "Correct `[web].output_path` in `edgespark.toml`, or the build's own setting",
  );
}

type Script = "none" | "needs packages" | "plain";

async function buildScript(system: System, folder: string): Promise<Script> {
  const bytes = await system.files.read(join(folder, "package.json"));
  if (!bytes) return "none";
  try {
    const { scripts, dependencies, devDependencies } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof scripts?.build !== "string") return "none";
    return Object.keys({ ...dependencies, ...devDependencies }).length > 0
      ? "needs packages"
      : "plain";
  } catch {
    // npm says what is wrong with the file better than we could.
    return "plain";
  }
}

/** Packages may be installed beside the web part or, in a workspace, above it. */
async function hasModules(system: System, project: Project): Promise<boolean> {
  for (let folder = project.web!.root;; folder = dirname(folder)) {
    if (await system.files.info(join(folder, "node_modules"))) return true;
    if (folder === project.root || folder === dirname(folder)) return false;
  }
}

function failed(code: string, message: string, fix: string): WebBuild {
  return { output: null, findings: [finding(code, "error", null, message, fix)] };
}

function finding(
  code: string,
  severity: Finding["severity"],
  file: string | null,
  message: string,
  fix: string,
): Finding {
  return { code, severity, file, line: null, message, fix };
}
