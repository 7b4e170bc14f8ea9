import { dirname, join } from "@std/path";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";
import type { ToolCommand } from "../ports/tools.ts";
import type { Project } from "../project/project.ts";

/** A large project on a slow machine, ms. */
const TIMEOUT = 5 * 60_000;

/**
 * Type checks the server part with the project's own TypeScript (decision 12), never with ours: a
 * tsconfig means what its own compiler says. Where there is none, or no host for it, the answer is one
 * TYPECHECK_SKIPPED, a warning or, when `required`, an error.
 *
 * This runs code of the project's `node_modules` outside of the sandbox, under the runner: `tsc.js` under
 * Deno may read and nothing else (no write, no net, no run); the native compiler and Node have no such
 * bounds. What is checked is read, not executed.
 */
export async function typeCheck(
  system: System,
  project: Project,
  options: { required: boolean },
): Promise<Finding[]> {
  const config = join(project.server, "tsconfig.json");
  const at = project.config.serverPath === "." ? "" : `${project.config.serverPath}/`;
  if (!await system.files.info(config)) {
    return [skipped(options, `there is no \`${at}tsconfig.json\``, `Add \`${at}tsconfig.json\``)];
  }
  const command = await tscCommand(system, project);
  if ("missing" in command) return [skipped(options, command.missing, command.fix)];
  const result = await system.tools.run(command);
  if (result.code === 0) return [];
  const findings = readErrors(result.stdout, at);
  if (findings.length > 0) return findings.map(withoutDevkit(findings, at));
  const words = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-5).join(" ");
  const message = result.timedOut
    ? `The type check took longer than ${TIMEOUT / 1000} s`
    : `The type check failed: ${words}`;
  return [{
    code: "TYPECHECK_FAILED",
    severity: "error",
    file: null,
    line: null,
    message,
    fix: fixFor(project),
  }];
}

/** How this project's TypeScript is run here, or why it is not. */
export async function tscCommand(
  system: System,
  project: Project,
): Promise<ToolCommand | { missing: string; fix: string }> {
  const args = ["-p", "tsconfig.json", "--noEmit", "--pretty", "false"];
  const base = { cwd: project.server, timeout: TIMEOUT };
  const install = `cd ${project.config.serverPath} && npm install`;
  for (const modules of modulesOf(project)) {
    const native = await nativeCompiler(system, modules);
    if (native) return { ...base, program: native, args };
    const script = join(modules, "typescript", "lib", "tsc.js");
    if (!await system.files.info(script)) continue;
    if (!system.reentry.compiled) {
      const deno = system.reentry.command("sandbox", {}, []).program;
      const flags = [
        "--no-prompt",
        "--no-remote",
        "--no-config",
        "--no-lock",
        "--unstable-detect-cjs",
      ];
      return {
        ...base,
        program: deno,
        args: ["run", ...flags, "--allow-read", "--allow-env", "--allow-sys", script, ...args],
      };
    }
    const node = await system.tools.find("node");
    if (node) return { ...base, program: node, args: [script, ...args] };
    return {
      missing: "nothing here can run it: Node is not on PATH",
      fix: "Install Node, or TypeScript 7 in the project, then run `edgespark deploy` again",
    };
  }
  return { missing: "TypeScript is not installed in the project", fix: `Run \`${install}\`` };
}

/** TypeScript 7 brings a native compiler in a package of its own for each system; npm installs the fitting one. */
async function nativeCompiler(system: System, modules: string): Promise<string | null> {
  const os = system.env.os === "windows" ? "win32" : system.env.os;
  const folder = join(modules, "@typescript");
  for (const { name } of await system.files.list(folder)) {
    if (!name.startsWith(`typescript-${os}-`)) continue;
    const program = join(folder, name, "lib", os === "win32" ? "tsc.exe" : "tsc");
    if (await system.files.info(program)) return program;
  }
  return null;
}

/** `node_modules` of the server and of the folders above it, up to the project's root. */
export function modulesOf(project: Project): string[] {
  const found: string[] = [];
  for (let folder = project.server;; folder = dirname(folder)) {
    found.push(join(folder, "node_modules"));
    if (folder === project.root || folder === dirname(folder)) return found;
  }
}

/** `src/index.ts(3,5): error TS2322: Type ...`, or without a place; indented lines go on. */
function readErrors(output: string, at: string): Finding[] {
  const findings: Finding[] = [];
  for (const line of output.split(/\r?\n/)) {
    const match = /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/.exec(line);
    if (match) {
      const [, file, row, column, code, text] = match;
      findings.push({
        code: "TYPE_ERROR",
        severity: "error",
        file: file === undefined ? `${at}tsconfig.json` : `${at}${file}`,
        line: row === undefined ? null : Number(row),
        message: column === undefined ? `${code}: ${text}` : `${code}: ${text} (column ${column})`,
        fix: null,
      });
    } else if (/^\s+\S/.test(line) && findings.length > 0) {
      findings.at(-1)!.message += `\n${line}`;
    }
  }
  return findings;
}

/**
 * A file outside `src` is not deployed; when it needs a package of `@edgespark` that npm does not have
 * (decision 16), its errors do not hold up what is.
 */
function withoutDevkit(findings: Finding[], at: string): (finding: Finding) => Finding {
  const name = /^TS\d+: Cannot find module '(@edgespark\/[^']+)'/;
  const files = new Map(
    findings.flatMap(({ file, message }): [string, string][] => {
      const missing = name.exec(message)?.[1];
      return missing && file && !file.startsWith(`${at}src/`) ? [[file, missing]] : [];
    }),
  );
  return (finding) => {
    const missing = files.get(finding.file ?? "");
    if (missing === undefined) return finding;
    const fix = `\`${missing}\` is not on npm; this file is not part of the deployment`;
    return { ...finding, severity: "warning", fix };
  };
}

function skipped({ required }: { required: boolean }, reason: string, fix: string): Finding {
  const message = `The type check was skipped: ${reason}`;
  return {
    code: "TYPECHECK_SKIPPED",
    severity: required ? "error" : "warning",
    file: null,
    line: null,
    message,
    fix,
  };
}

function fixFor(project: Project): string {
  return `Run \`cd ${project.config.serverPath} && npx tsc --noEmit\` to see more`;
}
