import type { System } from "../../ports/system.ts";
import type { Project } from "../../project/project.ts";
import type { Platform } from "../platform.ts";
import { localAuthConfigs } from "./auth_configs.ts";
import { localBuckets } from "./buckets.ts";
import { openControl } from "./control/store.ts";
import { openLocalDatabase } from "./database.ts";
import { localDeployments } from "./deployments.ts";
import { openLocalLogs } from "./logs.ts";
import { localObjects } from "./objects.ts";
import { localPaths } from "./paths.ts";
import { localSecrets } from "./secrets.ts";
import { stateFolder } from "../../state_folder.ts";
import { localVars } from "./vars.ts";

/** How long requests that run may keep `db undo` waiting, ms. */
const PAUSE = 10_000;

/** The production environment of a project on this machine. Nothing is opened before it is used. */
export function openLocalPlatform(system: System, project: Project): Promise<Platform> {
  const paths = localPaths(project);
  const control = openControl(paths.control);
  const database = openLocalDatabase(paths.data, paths.restore, system.clock, async () => {
    const { findServer } = await import("./server/client.ts");
    const server = await findServer(system, project);
    if (!server) return null;
    await server.pause(PAUSE);
    return () => server.resume();
  });
  const objects = localObjects(paths.buckets);
  return Promise.resolve({
    provider: "local",
    database,
    buckets: localBuckets(control, paths.buckets, system.clock),
    objects,
    vars: localVars(control, system.clock),
    secrets: localSecrets(control, stateFolder(system.env), system.clock),
    authConfig: localAuthConfigs(control, system.clock),
    deployments: localDeployments(system, project, control),
    logs: openLocalLogs(paths.logs),
    close() {
      database.close();
      objects.close();
      control.close();
    },
  });
}
