import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { pullGenerated } from "../../lib/generated/generated.ts";
import { pullText } from "./pull_text.ts";

/**
 * `pull`: refresh everything under server/src/__generated__.
 *
 * Writes the files that differ; never touches server/src/defs.
 */
export function pullCommand(cli: Cli) {
  return new Command()
    .example("Refresh types and system tables", "edgespark pull")
    .action(async () => {
      const result = await pullGenerated(cli.system, await cli.project(), "all");
      cli.print(result, pullText("Generated files"));
    });
}
