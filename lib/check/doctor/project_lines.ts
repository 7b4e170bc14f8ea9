import { join } from "@std/path";
import { Failure } from "../../failure.ts";
import type { System } from "../../ports/system.ts";
import type { Project } from "../../project/project.ts";
import { readGit } from "../../tools/git.ts";
import { modulesOf } from "../../tools/tsc.ts";
import { type DoctorLine, error, ok, warning } from "./line.ts";

/** The project here: found, well-formed, of the present layout. */
export async function findProject(
  open: () => Promise<Project>,
): Promise<{ project: Project | null; lines: DoctorLine[] }> {
  try {
    const project = await open();
    const { provider } = project.config;
    return { project, lines: [ok("project", `${project.root} (${provider})`)] };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const { code, message, hint = null } = failure;
    const line = code === "NOT_IN_PROJECT"
      ? warning("project", "No project here", hint)
      : error("project", message, hint);
    return { project: null, lines: [line] };
  }
}

/** What a project's server part is built with, and what it is for. */
const PACKAGES: [name: string, without: string][] = [
  ["typescript", "`edgespark deploy` skips the type check"],
  ["drizzle-orm", "the program's own copy is used"],
  ["hono", "the program's own copy is used"],
];

/** The project's packages, by what is installed. */
export async function packageLines(system: System, project: Project): Promise<DoctorLine[]> {
  const versions = await Promise.all(PACKAGES.map(async ([name, without]) => {
    for (const modules of modulesOf(project)) {
      const bytes = await system.files.read(join(modules, name, "package.json"));
      if (bytes) return { name, without, version: versionIn(bytes) };
    }
    return { name, without, version: null };
  }));
  const there = versions.filter(({ version }) => version !== null);
  const missing = versions.filter(({ version }) => version === null);
  return [
    ...there.length > 0
      ? [ok("packages", there.map(({ name, version }) => `${name} ${version}`).join(", "))]
      : [],
    ...missing.map(({ name, without }) =>
      warning(
        "packages",
        `\`${name}\` is not installed: ${without}`,
        `Run \`cd ${project.server} && npm install\``,
      )
    ),
  ];
}

function versionIn(bytes: Uint8Array): string {
  try {
    const { version } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof version === "string" ? version : "of unknown version";
  } catch {
    return "of unknown version";
  }
}

/** The repository and its default branch, on which migrations run. */
export async function gitLines(system: System, project: Project): Promise<DoctorLine[]> {
  if (await system.tools.find("git") === null) {
    return [warning("git", "git is not on PATH: branches are not checked", "Install git")];
  }
  const git = await readGit(system, project.root);
  if (git === null) {
    return [warning(
      "git",
      "The project is in no repository: branches are not checked",
      `Run \`git init ${project.root}\``,
    )];
  }
  const wanted = project.config.migrationBranch ?? git.defaultBranch;
  if (wanted === null) {
    return [warning(
      "git",
      "The default branch cannot be told",
      "Set `migration_branch` below `[db]` in `edgespark.toml`",
    )];
  }
  const here = git.branch === null ? "no branch is checked out" : `on \`${git.branch}\``;
  return [ok("git", `${here}; migrations run on \`${wanted}\``)];
}
