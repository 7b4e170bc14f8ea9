import { Command } from "@cliffy/command";
import type { Cli } from "../lib/cli/cli.ts";
import { cutOffText } from "../lib/platform/cut_off.ts";
import { openServer } from "../lib/platform/open.ts";
import type { AppServerStatus } from "../lib/platform/server.ts";

/**
 * `serve`: run the local server.
 *
 * In the foreground until Ctrl-C or `edgespark stop`, or in the background with `--detach`. Runs what
 * was deployed last; listens on loopback unless `--host` says otherwise. Requests may finish for 30 s.
 */
export function serveCommand(cli: Cli) {
  return new Command()
    .option("--host <host:string>", "Address to listen on (default: 127.0.0.1)")
    .option(
      "--port <port:integer>",
      "Port to listen on (default: the last one, else 7775 or the next free one)",
    )
    .option("--detach", "Run in the background")
    .example("Run in the foreground", "edgespark serve")
    .example(
      "Run in the background, reachable from other machines",
      "edgespark serve --detach --host 0.0.0.0 --port 8080",
    )
    .action(async ({ host = null, port = null, detach = false }) => {
      const server = await openServer(cli.system, await cli.project());
      if (detach) return cli.print(await server.start({ host, port }), serveText);
      cli.patience(server.drain + 5_000);
      cli.system.signal.addEventListener(
        "abort",
        () => cli.step("Stopping: requests may finish; press Ctrl-C again to end at once"),
      );
      const cutOff = await server.run({ host, port }, (status) => {
        cli.print(status, serveText);
        cli.hint("Press Ctrl-C to stop");
      });
      const words = cutOff && cutOffText(cutOff);
      if (words) cli.warn("REQUESTS_CUT_OFF", `Its time to end was over; cut off: ${words}`);
      cli.step("Stopped");
    });
}

function serveText({ url, deploymentId, notLoaded }: AppServerStatus): string {
  const serves = notLoaded
    ? `Deployment ${notLoaded.id} does not load: ${notLoaded.reason}\n` +
      "Run `edgespark deploy`, or go back with `edgespark deploy rollback`"
    : deploymentId
    ? `Serving deployment ${deploymentId}`
    : "Nothing is deployed yet; run `edgespark deploy`";
  return `${serves}\nURL: ${url}`;
}
