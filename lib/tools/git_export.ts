import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { ToolResult } from "../ports/tools.ts";

/** What to get, and where it may be put. Paths are absolute. */
export interface GitExport {
  url: string;
  /** Branch, tag or commit; null is the branch that the repository shows. */
  ref: string | null;
  /** A folder that does not exist, for git's own files. */
  scratch: string;
  /** The tar archive to be written. */
  archive: string;
}

/** One commit of a large repository over a slow line, ms. */
const TIMEOUT = 10 * 60_000;

/** No hook of a template folder or of the user's runs, and nothing goes on behind our back. */
const CALM = [
  ...["-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=false"],
  ...["-c", "fetch.fsckObjects=true", "-c", "fetch.recurseSubmodules=no"],
];

/**
 * Writes the files of one commit as a tar archive, by the machine's git: its keys and settings reach
 * what a download cannot. Nobody is asked anything, and no file is checked out.
 *
 * @throws Failure GIT_MISSING, GIT_FAILED (tool) with git's own words; TEMPLATE_NOT_FOUND (missing)
 * when there is no such branch, tag or commit.
 */
export async function exportRepository(system: System, wanted: GitExport): Promise<void> {
  const git = await system.tools.find("git");
  if (git === null) {
    throw new Failure("tool", "GIT_MISSING", "git is needed for this template and is not on PATH", {
      hint: "Install git, or give the template as `github:owner/repo`, an archive or a folder",
    });
  }
  const run = (args: string[], env: Record<string, string>) =>
    system.tools.run({
      program: git,
      args: [...CALM, ...args],
      cwd: system.env.cwd,
      env: { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GCM_INTERACTIVE: "never", ...env },
      timeout: TIMEOUT,
    });
  const { url, ref, scratch, archive } = wanted;
  const here = ["--git-dir", scratch];
  const steps: [args: string[], env: Record<string, string>][] = [
    [["init", "--bare", "--quiet", "--template=", scratch], {}],
    [
      [...here, "fetch", "--quiet", "--depth=1", "--no-tags", "--", url, ref ?? "HEAD"],
      connection(system),
    ],
    // The user's settings could name filters that run a program for each file.
    [
      [...here, "archive", "--format=tar", `--output=${archive}`, "FETCH_HEAD"],
      { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    ],
  ];
  for (const [args, env] of steps) {
    const result = await run(args, env);
    system.signal.throwIfAborted();
    if (result.code !== 0) throw failed(wanted, result);
  }
}

/** What git needs to reach the other side as the user would, without a question. */
function connection(system: System): Record<string, string> {
  const env: Record<string, string> = {
    GIT_ALLOW_PROTOCOL: "file:https:ssh",
    SSH_ASKPASS_REQUIRE: "never",
  };
  for (const name of ["SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "GIT_SSH"]) {
    const value = system.env.get(name);
    if (value) env[name] = value;
  }
  return env;
}

function failed({ url, ref }: GitExport, { code, stderr, timedOut }: ToolResult): Failure {
  // deno-lint-ignore no-control-regex -- the other side's words must not steer the terminal
  const lines = stderr.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, " ").trim().split("\n")
    .slice(-6);
  const details = { lines, exitCode: code, url };
  if (/couldn't find remote ref|not our ref|no such remote ref/i.test(stderr)) {
    const what = ref === null ? "no commit" : `no branch, tag or commit \`${ref}\``;
    return new Failure("missing", "TEMPLATE_NOT_FOUND", `\`${url}\` has ${what}`, {
      hint: "Name another one behind `#`, for example `#main`",
      details,
    });
  }
  const why = timedOut ? `it took longer than ${TIMEOUT / 60_000} minutes` : "git failed";
  return new Failure("tool", "GIT_FAILED", `Cannot get \`${url}\`: ${why}`, {
    hint: hintFor(stderr, url),
    details,
  });
}

function hintFor(stderr: string, url: string): string {
  if (/host key verification failed/i.test(stderr)) {
    return "Run `ssh` to that host once yourself, look at its key, then run the command again";
  }
  if (/permission denied|could not read username|authentication failed/i.test(stderr)) {
    return "Check that your key or token is let in, and that the repository exists";
  }
  return `Check it with \`git ls-remote ${url}\``;
}
