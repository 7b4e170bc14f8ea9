import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { pullGenerated } from "../../lib/generated/generated.ts";
import { pullText } from "./pull_text.ts";

/**
 * `pull schema`: refresh the system tables as Drizzle objects.
 *
 * Writes sys_schema.ts and sys_relations.ts under server/src/__generated__ where they differ.
 */
export function pullSchemaCommand(cli: Cli) {
  return new Command()
    .option("--db", "Only the database's part (all that there is)")
    .example("Refresh the system tables", "edgespark pull schema")
    .action(async () => {
      const result = await pullGenerated(cli.system, await cli.project(), "schema");
      cli.print(result, pullText("System tables"));
    });
}
