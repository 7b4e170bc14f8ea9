import { join } from "@std/path";
import type { Project } from "../../../project/project.ts";
import { type LocalPaths, pathsIn } from "../paths.ts";

/** Where `dev` keeps what (decisions, "State"): a folder of its own beside `local/`, of the same form. */
export interface DevPaths extends LocalPaths {
  /** The keys that sign sessions and presigned URLs of this environment. */
  keys: string;
}

/** The paths of a project's dev environment. `deployments` holds the latest builds. */
export function devPaths(project: Project): DevPaths {
  const folder = join(project.state, "dev");
  return {
    ...pathsIn(folder),
    deployments: join(folder, "builds"),
    keys: join(folder, "keys.json"),
  };
}
