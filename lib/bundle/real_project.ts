import { join, relative } from "@std/path";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";

/**
 * The same project by its real path: the bundler names files by theirs, and only so can be seen what
 * lies inside the project and what behind a link.
 */
export async function realProject(system: System, project: Project): Promise<Project> {
  const root = await system.files.real(project.root);
  if (root === project.root) return project;
  const moved = (path: string) => join(root, relative(project.root, path));
  return {
    ...project,
    root,
    server: moved(project.server),
    defs: moved(project.defs),
    generated: moved(project.generated),
  };
}
