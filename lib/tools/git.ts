import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";

/** What git says of a folder. */
export interface GitState {
  /** The branch that is checked out; null when none is (a detached commit). */
  branch: string | null;
  /** The branch that counts as the main one; null when git does not tell. */
  defaultBranch: string | null;
}

/** Null: no git here, or the folder is in no repository. Never fails. */
export async function readGit(system: System, folder: string): Promise<GitState | null> {
  const git = await system.tools.find("git");
  if (git === null) return null;
  const ask = async (...args: string[]) => {
    const { code, stdout } = await system.tools.run({
      program: git,
      args,
      cwd: folder,
      timeout: 10_000,
    });
    return code === 0 ? stdout.trim() : null;
  };
  if (await ask("rev-parse", "--is-inside-work-tree") !== "true") return null;
  const [branch, remote, configured, local] = await Promise.all([
    ask("symbolic-ref", "--quiet", "--short", "HEAD"),
    ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"),
    ask("config", "--get", "init.defaultBranch"),
    ask("for-each-ref", "--format=%(refname:short)", "refs/heads"),
  ]);
  const branches = local?.split("\n").filter(Boolean) ?? [];
  const candidates = [configured, "main", "master"].filter((name) =>
    name && branches.includes(name)
  );
  return {
    branch,
    // A single branch is the main one, whatever it is called; an unborn one has no ref yet.
    defaultBranch: remote?.replace(/^origin\//, "") ?? candidates[0] ??
      (branches.length <= 1 ? branches[0] ?? branch : null),
  };
}

/**
 * Migrations of production run on the default branch only (decision 8).
 *
 * @returns what to tell when the rule could not be checked, else null
 * @throws Failure WRONG_BRANCH (failed)
 */
export async function requireDefaultBranch(
  system: System,
  project: Project,
): Promise<string | null> {
  const git = await readGit(system, project.root);
  if (git === null) return "Not in a git repository: the branch was not checked";
  const wanted = project.config.migrationBranch ?? git.defaultBranch;
  if (wanted === null) {
    return "The default branch could not be told; name it with `migration_branch` in `[db]` of `edgespark.toml`";
  }
  if (git.branch === wanted) return null;
  const here = git.branch === null ? "no branch is checked out" : `this is \`${git.branch}\``;
  throw new Failure("failed", "WRONG_BRANCH", `Migrations run on \`${wanted}\` only; ${here}`, {
    hint:
      `Merge first and run \`git switch ${wanted}\`, or set \`migration_branch\` in \`[db]\` of \`edgespark.toml\``,
    details: { branch: git.branch, wanted },
  });
}
