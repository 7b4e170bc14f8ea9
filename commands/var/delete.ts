import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { deleteVars } from "../../lib/declare/vars.ts";

/**
 * `var delete`: remove plain values.
 *
 * A running app reads null for them at once.
 */
export function deleteCommand(cli: Cli) {
  return new Command()
    .arguments("<keys...:string>")
    .example("Delete a var", "edgespark var delete PAGE_SIZE")
    .action(async (_, ...keys) => {
      const project = await cli.project();
      const result = await deleteVars(cli.system, project, await cli.platform(), keys);
      if (result.missing.length > 0) cli.hint(`Was not set: ${result.missing.join(", ")}`);
      cli.print(result, ({ deleted }) => `Deleted ${deleted.join(", ")}`);
    });
}
