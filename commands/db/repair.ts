import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { repairLedger, type RepairResult } from "../../lib/schema/repair.ts";

/**
 * `db repair`: correct which migrations count as applied.
 *
 * Without `--plan` or `--confirm-dangerous` it shows the plan; changes the ledgers, never a table.
 */
export function repairCommand(cli: Cli) {
  return new Command()
    .option("--applied <tag:string>", "Count a migration as applied, with its file as it is", {
      collect: true,
    })
    .option("--unapplied <tag:string>", "Count a migration as not applied", { collect: true })
    .option("--plan <hash:string>", "Carry out the plan that was shown, if it is still the same")
    .option("--confirm-dangerous", "Carry it out without looking at the plan first")
    .example("Show the plan", "edgespark db repair --applied 0003_by_hand")
    .example("Carry it out", "edgespark db repair --applied 0003_by_hand --plan 3f0c5a1e9b2d4c68")
    .action(async (options) => {
      const project = await cli.project();
      const result = await repairLedger(cli.system, project, await cli.platform(), options);
      for (const note of result.notes) cli.warn("REPAIR_NOTE", note);
      cli.print(result, repairText);
      if (result.plan.length > 0 && !result.applied) {
        cli.hint(`Run the same command with \`--plan ${result.hash}\` to carry it out`);
      }
    });
}

function repairText({ plan, hash, applied }: RepairResult): string {
  if (plan.length === 0) return "Nothing to repair: the ledgers are as asked";
  const lines = plan.map(({ action, tag, detail }) => `  ${action.padEnd(14)}  ${tag}  ${detail}`);
  return [applied ? "Repaired" : `Plan ${hash}, nothing changed yet`, ...lines].join("\n");
}
