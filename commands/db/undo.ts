import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import type { RestorePoint } from "../../lib/platform/app_database.ts";
import { listRestorePoints, undo, type UndoResult } from "../../lib/schema/undo.ts";

/**
 * `db undo`: return to the restore point from before a migration.
 *
 * Takes a restore point of its own; replaces the environment's database while a running server waits.
 */
export function undoCommand(cli: Cli) {
  return new Command()
    .option("--to <name:string>", "The restore point; else the one before the last migration")
    .option("--list", "List the restore points")
    .option("--dry-run", "Show what would be lost, change nothing")
    .option("--confirm-dangerous", "Go back although rows written since are lost")
    .example("Take the last migration back", "edgespark db undo")
    .example("See where one can go back to", "edgespark db undo --list")
    .action(async ({ list, ...options }) => {
      const project = await cli.project();
      const platform = await cli.platform();
      if (list) {
        cli.print({ restorePoints: await listRestorePoints(platform) }, listText);
        return;
      }
      const result = await undo(cli.system, project, platform, options);
      cli.print(result, undoText);
      if (result.undone) {
        cli.hint("The code that runs may expect the newer tables: deploy the one that fits");
      }
    });
}

function listText({ restorePoints }: { restorePoints: RestorePoint[] }): string {
  if (restorePoints.length === 0) return "No restore points";
  return restorePoints.map(({ name, bytes, migrations }) =>
    `${name}  ${Math.ceil(bytes / 1024)} KB  ${
      migrations.length === 0 ? "before the first migration" : `at ${migrations.at(-1)}`
    }`
  ).join("\n");
}

function undoText({ to, undone, unapplied, lost, restorePoint, paused }: UndoResult): string {
  const lines = [
    `${undone ? "Returned" : "Would return"} to ${to}${
      paused ? " while the running server waited" : ""
    }`,
  ];
  if (unapplied.length > 0) lines.push(`Pending again: ${unapplied.join(", ")}`);
  for (const { table, rows } of lost) {
    lines.push(`${undone ? "Lost" : "Would lose"} ${rows} row${rows === 1 ? "" : "s"} of ${table}`);
  }
  if (restorePoint) lines.push(`Restore point: ${restorePoint}`);
  return lines.join("\n");
}
