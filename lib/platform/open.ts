import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import type { Dev } from "./dev.ts";
import type { Platform } from "./platform.ts";
import type { AppServer } from "./server.ts";

/**
 * Opens the environment that the project names: the one place that knows which providers there are.
 *
 * @throws Failure PROVIDER_NOT_BUILT (config)
 */
export async function openPlatform(system: System, project: Project): Promise<Platform> {
  requireLocal(project);
  const { openLocalPlatform } = await import("./local/local_platform.ts");
  return await openLocalPlatform(system, project);
}

/**
 * The server on this machine that runs the project's app.
 *
 * @throws Failure PROVIDER_NOT_BUILT (config)
 */
export async function openServer(system: System, project: Project): Promise<AppServer> {
  requireLocal(project);
  const { localAppServer } = await import("./local/server/app_server.ts");
  return localAppServer(system, project);
}

/** The development environment; it is on this machine, whatever the provider of production. */
export async function openDev(system: System, project: Project): Promise<Dev> {
  const { localDev } = await import("./local/dev/open_dev.ts");
  return localDev(system, project);
}

function requireLocal(project: Project): void {
  const { provider } = project.config;
  if (provider === "local") return;
  throw new Failure(
    "config",
    "PROVIDER_NOT_BUILT",
    `The provider \`${provider}\` is not part of this version`,
    {
      hint:
        'Set `provider = "local"` below `[platform]` in `edgespark.toml`, or run with `EDGESPARK_PLATFORM=local`',
      details: { provider },
    },
  );
}
