import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { parseAssignments, setVars } from "../../lib/declare/vars.ts";

/**
 * `var set`: store plain values for the app.
 *
 * Writes all of them or none; a running app reads them without a deploy.
 */
export function setCommand(cli: Cli) {
  return new Command()
    .arguments("<assignments...:string>")
    .example(
      "Set two vars",
      "edgespark var set PUBLIC_API_BASE_URL=https://api.example.com PAGE_SIZE=20",
    )
    .example("Name and value apart", 'edgespark var set GREETING "Good morning"')
    .action(async (_, ...assignments) => {
      const values = parseAssignments(assignments);
      const project = await cli.project();
      const { set, findings } = await setVars(cli.system, project, await cli.platform(), values);
      for (const { code, message, fix } of findings) cli.warn(code, `${message}. ${fix}`);
      cli.print({ set }, () => `Set ${set.join(", ")}`);
    });
}
