import { Command } from "@cliffy/command";
import type { Cli } from "../lib/cli/cli.ts";
import { cutOffText } from "../lib/platform/cut_off.ts";
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
      const result = await server.stop();
      const words = result.cutOff && cutOffText(result.cutOff);
      if (words) cli.warn("REQUESTS_CUT_OFF", `Its time to end was over; cut off: ${words}`);
      cli.print(result, ({ stopped }) => stopped ? "Stopped" : "Not running");
    });
}
