import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { pullAuth } from "../../lib/declare/auth.ts";

/**
 * `auth pull`: write the applied auth config to `configs/auth-config.yaml`.
 *
 * Writes only when the file means something else; its comments stay.
 */
export function pullCommand(cli: Cli) {
  return new Command()
    .example("Refresh the file", "edgespark auth pull")
    .action(async () => {
      const project = await cli.project();
      const result = await pullAuth(cli.system, project, await cli.platform());
      cli.print(
        result,
        ({ changed, file }) =>
          changed ? `Wrote \`${file}\`\nRe-read: ${file}` : `\`${file}\` is up to date`,
      );
    });
}
