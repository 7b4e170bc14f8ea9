import { Command } from "@cliffy/command";
import type { Cli } from "../lib/cli/cli.ts";
import { openDev } from "../lib/platform/open.ts";
import { devText } from "./dev_text.ts";

/**
 * `dev`: run the app while it is written.
 *
 * Keeps its own database, buckets and sessions in `.edgespark/dev`; pushes the schema, rebuilds and swaps
 * the code after every save. In the foreground until Ctrl-C.
 */
export function devCommand(cli: Cli) {
  return new Command()
    .option("--port <port:integer>", "Port to listen on (default: 7775 or the next free one)")
    .option("--host <host:string>", "Address to listen on (default: localhost)")
    .option("--reset", "Delete the dev database, buckets and sessions first")
    .option("--no-web", "Do not start the web part's Vite")
    .option("--typecheck", "Check types in the background after each change")
    .example("Run the app, and again after every save", "edgespark dev")
    .example("Begin with an empty dev database", "edgespark dev --reset")
    .example("In the background, for an agent", "edgespark dev > dev.log 2>&1 &")
    .action(async ({ port = null, host = null, reset = false, web, typecheck = false }) => {
      const dev = await openDev(cli.system, await cli.project());
      await dev.run({ port, host, reset, web, typecheck }, (event) => {
        cli.line(event, devText);
        if (event.event === "ready") cli.hint("Press Ctrl-C to stop");
      });
      cli.step("Stopped");
    });
}
