import type { System } from "../../ports/system.ts";
import type { Project } from "../../project/project.ts";
import type { Platform } from "../platform.ts";
import { localAuthConfigs } from "./auth_configs.ts";
import { localBuckets } from "./buckets.ts";
import { openControl } from "./control/store.ts";
import { openLocalDatabase } from "./database.ts";
import { localDeployments } from "./deployments.ts";
import { openLocalLogs } from "./logs.ts";
import { localPaths } from "./paths.ts";
import { localSecrets } from "./secrets.ts";
import { stateFolder } from "./state_folder.ts";
import { localVars } from "./vars.ts";

/** The production environment of a project on this machine. Nothing is opened before it is used. */
export async function openLocalPlatform(system: System, project: Project): Promise<Platform> {
  const paths = localPaths(project);
  const control = openControl(paths.control);
  const database = await openLocalDatabase(paths.data, paths.restore);
  return {
    provider: "local",
    database,
    buckets: localBuckets(control, paths.buckets, system.clock),
    vars: localVars(control, system.clock),
    secrets: localSecrets(control, stateFolder(system.env), system.clock),
    authConfig: localAuthConfigs(control, system.clock),
    deployments: localDeployments(system, project, control),
    logs: openLocalLogs(paths.logs),
    close() {
      database.close();
      control.close();
    },
  };
}
