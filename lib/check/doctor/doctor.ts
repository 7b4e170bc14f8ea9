import type { System } from "../../ports/system.ts";
import type { Project } from "../../project/project.ts";
import { type DoctorLine, guarded } from "./line.ts";
import { diskLines, permissionLines, programLines, stateLines } from "./machine.ts";
import { findProject, gitLines, packageLines } from "./project_lines.ts";
import { lockLines, secretLines, serverLines } from "./running_lines.ts";

/** The answer of `doctor`. */
export interface Diagnosis {
  /** No line is an error. */
  ok: boolean;
  lines: DoctorLine[];
}

/**
 * Looks at everything round the program that can be wrong: this machine, this process, the project, and
 * what runs of it. Works without a project, a home and a network; changes nothing.
 *
 * @param open finds the project and refuses what cannot be read
 */
export async function diagnose(
  system: System,
  open: () => Promise<Project>,
): Promise<Diagnosis> {
  // Before the project is opened: that gives permissions up.
  const machine = [
    ...programLines(system),
    ...permissionLines(system),
    ...await stateLines(system),
  ];
  const { project, lines: found } = await findProject(open);
  const parts = project
    ? await Promise.all([
      guarded("packages", () => packageLines(system, project)),
      guarded("git", () => gitLines(system, project)),
      guarded("lock", () => lockLines(system, project)),
      serverLines(system, project),
      secretLines(system, project),
    ])
    : [];
  const lines = [
    ...machine,
    ...diskLines(system, project?.root ?? null),
    ...found,
    ...parts.flat(),
  ];
  return { ok: lines.every(({ state }) => state !== "error"), lines };
}
