import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { applyAuth } from "../../lib/declare/auth.ts";
import { type AppliedPlan, changesOf, planText } from "../../lib/declare/plan.ts";

/**
 * `auth apply`: check `configs/auth-config.yaml` and store it on the platform.
 *
 * Changes no running app: the next deploy takes it up.
 */
export function applyCommand(cli: Cli) {
  return new Command()
    .option("--dry-run", "Check and show the plan without applying it")
    .example("Check the file", "edgespark auth apply --dry-run")
    .action(async ({ dryRun = false }) => {
      const project = await cli.project();
      const result = await applyAuth(cli.system, project, await cli.platform(), { dryRun });
      for (const { code, message, fix } of result.findings) cli.warn(code, `${message}. ${fix}`);
      cli.print(result, resultText);
      if (result.applied && changesOf(result.plan).length > 0) {
        cli.hint("Takes effect at the next `edgespark deploy`");
      }
    });
}

function resultText({ plan, applied }: AppliedPlan): string {
  const count = changesOf(plan).length;
  if (count === 0) return "The auth config is applied as it is";
  return `${applied ? "Applied" : "Would apply"} ${count} change${
    count === 1 ? "" : "s"
  } to the auth config:\n${planText(plan)}`;
}
