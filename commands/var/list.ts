import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { listVars, type VarListing } from "../../lib/declare/vars.ts";

/**
 * `var list`: the vars with their values, against what the project declares.
 *
 * Reads only.
 */
export function listCommand(cli: Cli) {
  return new Command()
    .example("List the vars", "edgespark var list")
    .action(async () => {
      const project = await cli.project();
      const listing = await listVars(cli.system, project, await cli.platform());
      cli.print(listing, listingText);
      if (listing.unset.length > 0) cli.hint(`Declared but not set: ${listing.unset.join(", ")}`);
    });
}

function listingText({ vars }: VarListing): string {
  if (vars.length === 0) return "No vars are set";
  return vars.map(({ key, value, declared }) =>
    `${key}=${value}${declared ? "" : "  (not declared)"}`
  ).join("\n");
}
