import { join } from "@std/path";
import type { Project } from "../../../project/project.ts";
import type { LocalPaths } from "../paths.ts";

/** Where `dev` keeps what (decisions, "State"): a folder of its own beside `local/`, of the same form. */
export interface DevPaths extends LocalPaths {
  /** The keys that sign sessions and presigned URLs of this environment. */
  keys: string;
}

/** The paths of a project's dev environment. `deployments` holds the latest builds. */
export function devPaths(project: Project): DevPaths {
  const folder = join(project.state, "dev");
  return {
    folder,
    data: join(folder, "data.sqlite"),
    control: join(folder, "control.sqlite"),
    buckets: join(folder, "buckets"),
    deployments: join(folder, "builds"),
    restore: join(folder, "restore"),
    logs: join(folder, "logs"),
    serverFile: join(folder, "server.json"),
    serverLock: join(folder, "server.lock"),
    serverLog: join(folder, "server.log"),
    keys: join(folder, "keys.json"),
  };
}
