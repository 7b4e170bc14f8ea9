import { toFileUrl } from "@std/path";
import { type Connect, readAppModule } from "../../../runtime/app_module.ts";
import type { AuthSettings } from "../../../runtime/auth/settings.ts";
import { OutsideRequest } from "../../../runtime/context.ts";
import type { LoadedDeployment } from "../../../runtime/host.ts";
import { stackOf } from "../../../runtime/log.ts";
import { createAssets } from "./assets.ts";
import type { Confinement } from "./confinement.ts";
import type { DeploymentFiles, FailedCode } from "./protocol.ts";
import type { StackMaps } from "./stack_maps.ts";

/** Why the Worker could not do what it was told. */
export class WorkerFailure extends Error {
  constructor(readonly code: FailedCode, reason: string, readonly trace: string | null = null) {
    super(reason);
  }
}

/**
 * Loads the code and the files of a deployment.
 *
 * @param drizzle the driver for a bundle that brings none along
 * @throws WorkerFailure BUNDLE_FAILED, SDK_OUTSIDE_HANDLER, BUNDLE_INVALID
 */
export async function loadDeployment(
  files: DeploymentFiles,
  auth: AuthSettings,
  stacks: StackMaps,
  admit: Confinement["admit"],
  drizzle: () => Promise<Connect>,
): Promise<LoadedDeployment> {
  const namespace = await importBundle(files, stacks, admit);
  const { assetsDir, spaFallback } = files;
  try {
    const module = readAppModule(namespace);
    return {
      id: files.id,
      module,
      connect: module.connect ?? await drizzle(),
      auth,
      assets: assetsDir === null ? null : await createAssets(assetsDir, spaFallback),
    };
  } catch (error) {
    throw new WorkerFailure(
      "BUNDLE_INVALID",
      error instanceof Error ? error.message : String(error),
    );
  }
}

async function importBundle(
  files: DeploymentFiles,
  stacks: StackMaps,
  admit: Confinement["admit"],
): Promise<Record<string, unknown>> {
  const url = toFileUrl(files.bundlePath);
  // Modules are remembered by address; the id makes a deployment that comes back start afresh.
  url.searchParams.set("deployment", files.id);
  stacks.add(files.id, files.sourceMapPath);
  try {
    admit(url.href, await Deno.readTextFile(files.bundlePath));
    return await import(url.href);
  } catch (error) {
    if (!(error instanceof Error)) throw new WorkerFailure("BUNDLE_FAILED", String(error));
    throw new WorkerFailure(
      error instanceof OutsideRequest ? "SDK_OUTSIDE_HANDLER" : "BUNDLE_FAILED",
      `${error.name}: ${error.message}`,
      stacks.stack(stackOf(error)),
    );
  }
}
