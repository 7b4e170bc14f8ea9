import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { applyStorage } from "../../lib/declare/apply_storage.ts";
import { type AppliedPlan, appliedText, changesOf } from "../../lib/declare/plan.ts";
import { readBuckets } from "../../lib/project/buckets.ts";

/**
 * `storage apply`: make the platform's buckets those that the project declares.
 *
 * Evaluates `defs/storage_schema.ts` in the sandbox; changes all buckets or none.
 */
export function applyCommand(cli: Cli) {
  return new Command()
    .option("--dry-run", "Show the plan without applying it")
    .option("--plan <hash:string>", "Apply the plan that was shown, if it is still the same")
    .option("--rename <change:string>", "A bucket that keeps its objects, `old:new`", {
      collect: true,
    })
    .option("--confirm-dangerous", "Allow the removal of buckets with all their objects")
    .example("See what would happen", "edgespark storage apply --dry-run")
    .example("A new name for a bucket", "edgespark storage apply --rename uploads:files")
    .action(async ({ confirmDangerous = false, dryRun = false, plan, rename: renames }) => {
      const project = await cli.project();
      const platform = await cli.platform();
      const options = { confirmDangerous, dryRun, plan, renames };
      const result = await applyStorage(cli.system, project, platform, options, readBuckets);
      cli.print(result, (answer) => resultText(answer, renames));
    });
}

function resultText(result: AppliedPlan, renames: string[] = []): string {
  if (changesOf(result.plan).length === 0) return "The buckets are as declared";
  const command = ["storage apply", ...renames.map((rename) => `--rename ${rename}`)].join(" ");
  return appliedText(result, "the buckets", command);
}
