import { Command } from "@cliffy/command";
import type { Cli } from "../lib/cli/cli.ts";
import { openServer } from "../lib/platform/open.ts";

/**
 * `stop`: stop the local server.
 *
 * Lets requests that are being answered finish, and waits until every process of it is gone.
 */
export function stopCommand(cli: Cli) {
  return new Command()
    .example("Stop it", "edgespark stop")
    .action(async () => {
      const server = await openServer(cli.system, await cli.project());
      const stopped = await server.stop();
      cli.print({ stopped }, () => stopped ? "Stopped" : "Not running");
    });
}
