import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { rollback, type RollbackResult } from "../../lib/deploy/rollback.ts";

/**
 * `deploy rollback`: activate an earlier deployment again.
 *
 * Restores bundle, web assets and auth config without a request lost; starts the local server when none
 * runs. Database, vars, secrets and buckets stay as they are.
 */
export function rollbackCommand(cli: Cli) {
  return new Command()
    .arguments("[id:string]")
    .option("--dry-run", "Say what would be activated, change nothing")
    .example("Back to what was active before", "edgespark deploy rollback")
    .example("To one of the list, by the beginning of its id", "edgespark deploy rollback 3fa9")
    .action(async ({ dryRun = false }, id) => {
      const project = await cli.project();
      const platform = await cli.platform();
      const result = await rollback(cli.system, project, platform, id ?? null, { dryRun });
      cli.print(result, rollbackText);
      const ahead = result.migrationsSince;
      if (ahead.length > 0) {
        cli.warn(
          "DATABASE_AHEAD",
          `The database has migrations that this code does not know: ${ahead.join(", ")}`,
        );
        cli.hint("`edgespark db undo --list` shows which states of the database can be had back");
      }
    });
}

function rollbackText(result: RollbackResult): string {
  const { activated, deploymentId, createdAt, notRestored, migrationsKnown, url } = result;
  const made = new Date(createdAt).toISOString().slice(0, 19).replace("T", " ");
  return [
    `${activated ? "Activated" : "Would activate"} ${deploymentId}, deployed ${made}`,
    `Not restored: ${notRestored.join(", ")}`,
    ...(migrationsKnown ? [] : ["Which migrations it knows was not recorded"]),
    ...(url ? [`URL: ${url}`] : []),
  ].join("\n");
}
