import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { applyAuth } from "../../lib/declare/auth.ts";
import { type AppliedPlan, appliedText, changesOf } from "../../lib/declare/plan.ts";

/**
 * `auth apply`: check `configs/auth-config.yaml` and store it on the platform.
 *
 * Changes no running app: the next deploy takes it up.
 */
export function applyCommand(cli: Cli) {
  return new Command()
    .option("--dry-run", "Check and show the plan without applying it")
    .option("--plan <hash:string>", "Apply the plan that was shown, if it is still the same")
    .option("--confirm-dangerous", "Allow the removal of providers with their settings")
    .example("Check the file", "edgespark auth apply --dry-run")
    .example("Overwrite what somebody else applied", "edgespark auth apply --plan 3f0c5a1e9b2d4c68")
    .action(async ({ dryRun = false, plan, confirmDangerous = false }) => {
      const project = await cli.project();
      const options = { dryRun, plan, confirmDangerous };
      const result = await applyAuth(cli.system, project, await cli.platform(), options);
      for (const { code, message, fix } of result.findings) cli.warn(code, `${message}. ${fix}`);
      cli.print(result, resultText);
      if (result.applied && changesOf(result.plan).length > 0) {
        cli.hint("Takes effect at the next `edgespark deploy`");
      }
    });
}

function resultText(result: AppliedPlan): string {
  if (changesOf(result.plan).length === 0) return "The auth config is applied as it is";
  return appliedText(result, "the auth config", "auth apply");
}
