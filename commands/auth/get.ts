import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { currentAuthConfig } from "../../lib/declare/auth.ts";
import { renderAuthConfig } from "../../lib/declare/auth_text.ts";

/**
 * `auth get`: show the auth config that was applied last, or the default.
 *
 * Reads only.
 */
export function getCommand(cli: Cli) {
  return new Command()
    .example("As JSON for scripts", "edgespark auth get --json")
    .action(async () => {
      await cli.project();
      cli.print(await currentAuthConfig(await cli.platform()), renderAuthConfig);
    });
}
