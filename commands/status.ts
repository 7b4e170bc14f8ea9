import { Command } from "@cliffy/command";
import type { Cli } from "../lib/cli/cli.ts";
import { openServer } from "../lib/platform/open.ts";
import type { AppServerStatus } from "../lib/platform/server.ts";

/**
 * `status`: say whether the local server runs and what it serves.
 *
 * Asks the server over its socket; changes nothing.
 */
export function statusCommand(cli: Cli) {
  return new Command()
    .example("Is it running?", "edgespark status")
    .example("For scripts", "edgespark status --json")
    .action(async () => {
      const server = await openServer(cli.system, await cli.project());
      cli.print(await server.status(), statusText);
    });
}

function statusText(status: AppServerStatus): string {
  const { running, url, pid, deploymentId, notLoaded, startedAt, stopping, healthUrl, app } =
    status;
  if (!running) return "Not running; `edgespark deploy` and `edgespark serve` start it";
  const restarts = app && app.restarts > 0 ? `, started again ${app.restarts} times` : "";
  return [
    `${stopping ? "Stopping, running" : "Running"} since ${startedAt} (process ${pid})`,
    `App:        ${app?.state}${restarts}`,
    `Deployment: ${
      notLoaded ? `${notLoaded.id} does not load: ${notLoaded.reason}` : deploymentId ?? "none"
    }`,
    `Health:     ${healthUrl}`,
    `URL: ${url}`,
  ].join("\n");
}
