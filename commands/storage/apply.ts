import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { applyStorage } from "../../lib/declare/apply_storage.ts";
import { type AppliedPlan, changesOf, planText } from "../../lib/declare/plan.ts";
import { readBuckets } from "../../lib/project/buckets.ts";

/**
 * `storage apply`: make the platform's buckets those that the project declares.
 *
 * Evaluates `defs/storage_schema.ts` in the sandbox; changes all buckets or none.
 */
export function applyCommand(cli: Cli) {
  return new Command()
    .option("--confirm-dangerous", "Allow the removal of buckets with all their objects")
    .option("--dry-run", "Show the plan without applying it")
    .example("See what would happen", "edgespark storage apply --dry-run")
    .action(async ({ confirmDangerous = false, dryRun = false }) => {
      const project = await cli.project();
      const options = { confirmDangerous, dryRun };
      const result = await applyStorage(
        cli.system,
        project,
        await cli.platform(),
        options,
        readBuckets,
      );
      cli.print(result, resultText);
    });
}

function resultText({ plan, applied }: AppliedPlan): string {
  const count = changesOf(plan).length;
  if (count === 0) return "The buckets are as declared";
  return `${applied ? "Applied" : "Would apply"} ${count} change${
    count === 1 ? "" : "s"
  } to the buckets:\n${planText(plan)}`;
}
