import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { listCommands } from "../../lib/cli/tree.ts";
import { pullGenerated } from "../../lib/generated/generated.ts";
import { COMMANDS } from "../mod.ts";
import { pullText } from "./pull_text.ts";

/**
 * `pull`: refresh everything under server/src/__generated__, and our tables in the agents' files.
 *
 * Writes the files that differ; never touches server/src/defs.
 */
export function pullCommand(cli: Cli) {
  return new Command()
    .example("Refresh types and system tables", "edgespark pull")
    .action(async () => {
      const project = await cli.project();
      const result = await pullGenerated(cli.system, project, "all", listCommands(COMMANDS));
      cli.print(result, pullText("Generated files"));
    });
}
