import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { deleteSecrets } from "../../lib/declare/secrets.ts";

/**
 * `secret delete`: remove sealed values.
 *
 * A running app loses them at once, so it needs --confirm-dangerous.
 */
export function deleteCommand(cli: Cli) {
  return new Command()
    .arguments("<keys...:string>")
    .option("--confirm-dangerous", "Delete, although it can break the running app")
    .example("Delete a secret", "edgespark secret delete STRIPE_SECRET_KEY --confirm-dangerous")
    .action(async ({ confirmDangerous = false }, ...keys) => {
      const project = await cli.project();
      const result = await deleteSecrets(
        cli.system,
        project,
        await cli.platform(),
        keys,
        confirmDangerous,
      );
      if (result.missing.length > 0) cli.hint(`Was not set: ${result.missing.join(", ")}`);
      cli.print(result, ({ deleted }) => `Deleted ${deleted.join(", ")}`);
    });
}
