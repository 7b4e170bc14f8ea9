import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { requireDefaultBranch } from "../tools/git.ts";

const PENDING = new Set(["MIGRATION_PENDING", "MIGRATION_LATE"]);

/**
 * On another branch than the default one a pending migration is the way of things: `db migrate` would
 * refuse it, and it is applied after the merge (decision 8).
 *
 * @returns the findings, and whether `db migrate` can run here
 */
export async function withBranch(
  system: System,
  project: Project,
  findings: Finding[],
): Promise<{ findings: Finding[]; migrates: boolean }> {
  const waits = findings.some(({ code }) => PENDING.has(code) || code === "SCHEMA_NOT_GENERATED");
  if (!waits || await isOnDefaultBranch(system, project)) return { findings, migrates: true };
  const told = findings.map((finding): Finding =>
    PENDING.has(finding.code)
      ? {
        ...finding,
        severity: "info",
        fix: "After the merge, run `edgespark db migrate` on the default branch",
      }
      : finding
  );
  return { findings: told, migrates: false };
}

/** Whether `db migrate` would run here. */
async function isOnDefaultBranch(system: System, project: Project): Promise<boolean> {
  try {
    await requireDefaultBranch(system, project);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "WRONG_BRANCH") return false;
    throw error;
  }
}
