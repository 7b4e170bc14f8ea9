import { Command } from "@cliffy/command";
import type { Cli } from "../lib/cli/cli.ts";
import { Failure } from "../lib/failure.ts";

/**
 * `login`: sign in to the platform, where one needs it. The local platform does not.
 *
 * Works outside a project too: it is the first thing that people and agents try.
 */
export function loginCommand(cli: Cli) {
  return new Command()
    .example("Sign in", "edgespark login")
    .action(async () => {
      const provider = await cli.project().then((project) => project.config.provider, localOutside);
      // Providers that this version does not have say so.
      if (provider !== "local") await cli.platform();
      cli.print(
        { provider, needed: false },
        () => "No login is needed: projects run on the local platform",
      );
    });
}

function localOutside(error: unknown): "local" {
  if (error instanceof Failure && error.code === "NOT_IN_PROJECT") return "local";
  throw error;
}
